import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { SubmissionView } from "../../../server/contract/forms.ts"
import { type Person, type Platform, startPlatform, WORK } from "../../support/platform.ts"

let platform: Platform
let ada: Person

beforeAll(async () => {
  platform = await startPlatform()
  await platform.addWorker()
  ada = await platform.signedUp()
})
afterAll(() => platform?.stop())

async function followed({ api }: Person, submission: string): Promise<SubmissionView[]> {
  const views: SubmissionView[] = []
  for await (const view of await api.submissions.live({ submission })) views.push(view)
  return views
}

describe("a candidate's way through the platform", () => {
  it("begins with knowing who they are", async () => {
    expect(await ada.api.account.get()).toMatchObject({ email: ada.email, role: "candidate", organisations: [] })
    expect(await platform.visitor().api.account.get()).toBeNull()
  })

  it("shows the catalogue and a question with its starter", async () => {
    const questions = await ada.api.questions.list()
    expect(questions.map(({ id }) => id)).toEqual(["clickstream", "fan-out-feed"])
    const question = await ada.api.questions.get({ question: "clickstream" })
    expect(question.rubric.criteria.some((one) => one.statement !== undefined)).toBe(false)
    expect(question.withSchema).toEqual(["cassandra"])
    const starter = await ada.api.questions.starter({ question: "clickstream", engine: "cassandra" })
    expect(Object.keys(starter.files)).toContain("access.ts")
  })

  it("follows a submission live to its report, and the model answer opens", async () => {
    await expect(ada.api.questions.modelAnswer({ question: "clickstream", engine: "redis" })).rejects.toThrow(
      /after a graded/,
    )
    const made = await ada.api.submissions.create({ headers: { "idempotency-key": "first-one" }, body: WORK })
    const views = await followed(ada, made.id)
    expect(views.at(-1)).toMatchObject({ state: "graded", rejected: false })
    expect(views.map(({ state }) => state)).toContain("running")
    const report = await ada.api.submissions.report({ submission: made.id })
    expect(report).toMatchObject({ question: "clickstream", engine: "cassandra", rejected: null })
    expect((await ada.api.questions.modelAnswer({ question: "clickstream", engine: "redis" })).work.keys).toBeDefined()
    const after = await ada.api.questions.get({ question: "clickstream" })
    expect(after.attempts).toBe(1)
    expect(after.rubric.criteria.some((one) => one.statement !== undefined)).toBe(true)
  })

  it("answers the same key with the same submission, and another text under it with a conflict", async () => {
    const again = await ada.api.submissions.create({ headers: { "idempotency-key": "first-one" }, body: WORK })
    const [first] = await ada.api.submissions.list({})
    expect(again.id).toBe(first?.id)
    const other = { ...WORK, answer: "Something else." }
    await expect(
      ada.api.submissions.create({ headers: { "idempotency-key": "first-one" }, body: other }),
    ).rejects.toThrow(/used for another/)
  })

  it("reuses the evidence of the same design, and says so", async () => {
    const [first] = await ada.api.submissions.list({})
    const made = await ada.api.submissions.create({ headers: {}, body: { ...WORK, answer: "Better prose." } })
    const views = await followed(ada, made.id)
    expect(views.at(-1)).toMatchObject({ state: "graded", reusedFrom: first!.id })
    const report = await ada.api.submissions.report({ submission: made.id })
    expect(report.submission.answer).toBe("Better prose.")
    expect(report.evidence?.submission.answer).toBe("Better prose.")
  })

  it("shows a refusal as a report, and our own failure as nothing against them", async () => {
    const refused = await ada.api.submissions.create({ headers: {}, body: withCode("// refuse me") })
    expect((await followed(ada, refused.id)).at(-1)).toMatchObject({ state: "graded", rejected: true })
    const broken = await ada.api.submissions.create({ headers: {}, body: withCode("// break once") })
    const views = await followed(ada, broken.id)
    expect(views.at(-1)).toMatchObject({ state: "graded", rejected: false, remark: null })
  })

  it("keeps drafts apart where two windows save", async () => {
    const key = { question: "clickstream", engine: "cassandra" }
    const content = { files: WORK.files, answer: "one" }
    expect(await ada.api.drafts.save({ ...key, revision: 0, content })).toMatchObject({ revision: 1 })
    expect(await ada.api.drafts.save({ ...key, revision: 1, content: { ...content, answer: "two" } })).toMatchObject({
      revision: 2,
    })
    await expect(ada.api.drafts.save({ ...key, revision: 1, content })).rejects.toMatchObject({
      code: "CONFLICT",
      data: { revision: 2 },
    })
    expect((await ada.api.drafts.get(key))?.content.answer).toBe("two")
  })

  it("exports everything, and deletes everything on the password", async () => {
    const bob = await platform.signedUp("Bob")
    const made = await bob.api.submissions.create({ headers: {}, body: WORK })
    await followed(bob, made.id)
    const exported = (await bob.api.account.export()) as { submissions: { reports: unknown[] }[] }
    expect(exported.submissions[0]!.reports).toHaveLength(1)
    await expect(bob.api.account.remove({ password: "wrong" })).rejects.toThrow(/not right/)
    await bob.api.account.remove({ password: bob.password })
    expect(await bob.api.account.get()).toBeNull()
  })
})

const withCode = (code: string) => ({ ...WORK, files: { "access.ts": `${WORK.files["access.ts"]}${code}\n` } })
