/** What the judge's verdicts are worth on the platform: kept whatever a model writes, never lost to a fault of ours, and shown to their author no sooner than they may be. */
import { randomUUID } from "node:crypto"
import { eq } from "drizzle-orm"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { ProseJudge } from "../../../graders/judge/ask.ts"
import type { Call } from "../../../graders/judge/judgement.ts"
import { readQuestion } from "../../../prompts/load-question.ts"
import { CLOSED } from "../../../server/report/for-candidate.ts"
import { finishRun, lease } from "../../../server/store/attempts.ts"
import { packed } from "../../../server/store/blobs.ts"
import { createInterview } from "../../../server/store/interviews.ts"
import { judgeCalls } from "../../../server/store/judge-calls.ts"
import { readSubmissionRow } from "../../../server/store/submissions.ts"
import * as tables from "../../../server/store/tables.ts"
import { gradeStage } from "../../../server/worker/grade-stage.ts"
import { type Person, type Platform, startPlatform, WORK } from "../../support/platform.ts"
import { scriptedProseJudge } from "../../support/scripted-prose-judge.ts"
import { INTERVIEW } from "../../support/two-organisations.ts"

const FROM_THE_RUBRIC = "An example that meets it: one day of one user."
const question = await readQuestion(WORK.question)
const never = new AbortController().signal

let platform: Platform
let organisation: string

beforeAll(async () => {
  platform = await startPlatform()
  const admin = await platform.signedUp("Admin")
  organisation = (await admin.api.organisations.create({ name: "Here" })).id
})
afterAll(() => platform?.stop())

/** Met in every respect, by calls whose prompts hold what the mentor wrote. */
const judge: ProseJudge = {
  model: "scripted",
  async judge(what) {
    const judgement = await scriptedProseJudge(() => "met").judge(what)
    const calls = judgement.calls.map((call) => ({
      ...call,
      messages: [{ role: "user" as const, content: FROM_THE_RUBRIC }],
    }))
    return { ...judgement, calls }
  },
}

async function graded(who: Person, by: ProseJudge = judge, sitting?: string): Promise<string> {
  const { db } = platform.store
  const { id } = await who.api.submissions.create({
    headers: { "idempotency-key": randomUUID() },
    body: { ...WORK, ...(sitting && { sitting }) },
  })
  const row = (await readSubmissionRow(db, id))!
  const run = (await lease(db, { submission: id, stage: "run", n: row.tries, worker: "w" }))!
  const outcome = {
    kind: "rejected",
    rejected: { stage: "run", message: "It throws." },
    warnings: [],
    provenance: null,
  }
  const ran = {
    kind: "rejected",
    outcome: await packed(JSON.stringify(outcome)),
    images: "i",
    reusedFrom: null,
  } as const
  await finishRun(db, { token: run.token, ran })
  await grade(id, by)
  return id
}

async function grade(id: string, by: ProseJudge): Promise<void> {
  const { db } = platform.store
  const row = (await readSubmissionRow(db, id))!
  const leased = (await lease(db, { submission: id, stage: "grade", n: row.tries, worker: "w" }))!
  const judging = { judge: by, afterwards: false, onFailed: () => {} }
  await gradeStage({ db, question, judging, lease: leased, signal: never })
}

describe("a call to the model", () => {
  it("is kept whatever stands in its reply", async () => {
    const call: Call = {
      ...{ key: "odd", purpose: "written", criteria: [], sample: 0, model: "m", answeredBy: "m", promptHash: "" },
      ...{ messages: [], completion: "NUL \u0000, half a pair \ud83d", outcome: "answered", detail: "", attempts: 1 },
      ...{ tokens: { prompt: 1, completion: 1, counted: "estimated" }, usd: 0, milliseconds: 1 },
      at: new Date().toISOString(),
    }
    const calls = judgeCalls(platform.store.db)
    await calls.keep(call)
    expect(await calls.find("odd")).toEqual(call)
    await calls.keep({ ...call, key: "odd and spoilt", outcome: "not understood" })
    expect(await calls.spoilt("odd and spoilt")).toBe(1)
  })

  it("whose place in the store fails ends in no report: it is graded later, with its verdicts", async () => {
    const who = await platform.signedUp("Candidate")
    const failing: ProseJudge = {
      model: "scripted",
      judge: () => Promise.reject(new Error("the calls could not be read")),
    }
    await expect(graded(who, failing)).rejects.toThrow("the calls could not be read")
    const [{ id, state } = { id: "", state: "" }] = await who.api.submissions.list({ limit: 1 })
    expect(state).not.toBe("graded")
    await expect(who.api.submissions.report({ submission: id })).rejects.toMatchObject({ status: 404 })
  })
})

describe("a candidate's own report", () => {
  const verdicts = async (who: Person, submission: string) => {
    const report = await who.api.submissions.report({ submission })
    const written = report.scores.filter(({ kind }) => kind === "written")
    return {
      report,
      reasons: new Set(written.map(({ reason }) => reason)),
      points: written.map(({ points }) => points),
    }
  }

  it("says in practice why each statement is met, and notes that the statements were seen; never what the judge was told", async () => {
    const who = await platform.signedUp("Candidate")
    const { report, reasons } = await verdicts(who, await graded(who))
    expect([...reasons]).toEqual([expect.stringContaining("Met.")])
    expect(report.judgement!.calls.map(({ messages }) => messages)).toEqual([[]])
    const { seen } = await who.api.questions.get({ question: WORK.question })
    expect(seen.map(({ what }) => what)).toContain("statements")
    expect(JSON.stringify(await who.api.account.export())).not.toContain(FROM_THE_RUBRIC)
  })

  it("tells no statement while its author sits an interview on the question, and all of them afterwards", async () => {
    const { db } = platform.store
    const who = await platform.signedUp("Candidate")
    const person = (await who.api.account.get())!.id
    const interview = await createInterview(db, { ...INTERVIEW, organisation, attempts: 2, anonymised: true }, person)
    const [sitting] = await db.insert(tables.sitting).values({ interview: interview.id, person }).returning()
    await who.api.sittings.start({ sitting: sitting!.id })
    const id = await graded(who, judge, sitting!.id)
    const during = await verdicts(who, id)
    expect([...during.reasons]).toEqual([CLOSED])
    expect(during.points.every((points) => points !== null && points > 0)).toBe(true)
    const whole = JSON.stringify([during.report, await who.api.account.export()])
    for (const criterion of question.rubric.criteria)
      if ("statement" in criterion) expect(whole).not.toContain(criterion.statement)
    expect(during.report).toMatchObject({ claims: [], judgement: { written: [], calls: [] } })
    await who.api.sittings.finish({ sitting: sitting!.id })
    expect([...(await verdicts(who, id)).reasons]).toEqual([expect.stringContaining("Met.")])
  })

  it("hides them for good where the question is kept for interviews", async () => {
    const { db } = platform.store
    const who = await platform.signedUp("Candidate")
    const id = await graded(who)
    const kept = (interviewOnly: boolean) =>
      db.update(tables.question).set({ interviewOnly }).where(eq(tables.question.id, WORK.question))
    await kept(true)
    expect([...(await verdicts(who, id)).reasons]).toEqual([CLOSED])
    await kept(false)
  })
})
