import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { readExpected, readQuestion } from "../../../prompts/load-question.ts"
import { type Broker, hashImages, serveBroker } from "../../../server/broker/serve-broker.ts"
import { promisesBroken } from "../../../server/commands/verify.ts"
import type { SubmissionView } from "../../../server/contract/forms.ts"
import { runOn } from "../../../server/grade-submission.ts"
import type { RunningServer } from "../../../server/web/serve.ts"
import { leftovers, reference, workshop } from "../../support/grading.ts"
import { type Person, type Platform, personAt, startPlatform } from "../../support/platform.ts"

let platform: Platform
let other: RunningServer
let broker: Broker
let ada: Person

beforeAll(async () => {
  const open = await workshop()
  platform = await startPlatform()
  other = await platform.addServer({ platform: { ...platform.settings, address: platform.server.address } })
  const socket = join(platform.folder, "real", "broker.sock")
  broker = await serveBroker(
    socket,
    { images: async () => hashImages(open.images), run: (job, how) => runOn(open, job, how) },
    () => {},
  )
  await platform.addWorkerOn(socket)
  await platform.addWorkerOn(socket)
  ada = await platform.signedUp()
})
afterAll(async () => {
  await platform?.stop()
  await broker?.close()
})

async function followed({ api }: Person, submission: string): Promise<SubmissionView[]> {
  const views: SubmissionView[] = []
  for await (const view of await api.submissions.live({ submission })) views.push(view)
  return views
}

describe("the platform on a real engine, with two servers and two workers", () => {
  it("grades a starter, followed live to its report", async () => {
    const work = await ada.api.questions.starter({ question: "clickstream", engine: "redis" })
    const body = { question: "clickstream", engine: "redis", ...work, quick: true }
    const made = await ada.api.submissions.create({ headers: {}, body })
    expect((await followed(ada, made.id)).at(-1)?.state).toBe("graded")
    expect(await ada.api.submissions.report({ submission: made.id })).toMatchObject({ quick: true, measuredBand: null })
  })

  it("grades the strong reference with all its phases, watched at the other server, and calls it strong", async () => {
    const body = await reference("strong", "redis")
    const made = await ada.api.submissions.create({ headers: {}, body })
    const views = await followed(personAt({ ...other, address: platform.server.address }, ada), made.id)
    const phases = views.at(-1)!.phases.map(({ phase }) => phase.split(" ")[0])
    for (const phase of ["compile", "load", "work", "position", "peak"]) expect(phases).toContain(phase)
    const report = await ada.api.submissions.report({ submission: made.id })
    expect(promisesBroken(await readExpected(await readQuestion("clickstream"), "redis", "strong"), report)).toEqual([])
    expect(views.at(-1)).toMatchObject({ measuredBand: "strong", reusedFrom: null })
    const again = await ada.api.submissions.create({ headers: {}, body })
    expect((await followed(ada, again.id)).at(-1)).toMatchObject({ state: "graded", reusedFrom: made.id })
    expect((await ada.api.submissions.report({ submission: again.id })).measured).toEqual(report.measured)
  })

  it("ends a run that is cancelled, and leaves nothing in Docker", async () => {
    const body = { ...(await reference("adequate", "redis")), answer: "I changed my mind." }
    const made = await ada.api.submissions.create({ headers: {}, body })
    const states: string[] = []
    for await (const { state, phases } of await ada.api.submissions.live({ submission: made.id })) {
      states.push(state)
      if (phases.some(({ phase }) => phase.startsWith("load")))
        await ada.api.submissions.cancel({ submission: made.id })
    }
    expect(states.at(-1)).toBe("cancelled")
    await broker.close()
    await expect.poll(() => leftovers(), { timeout: 20_000 }).toEqual([])
  })
})
