/** Every fault of a server or a model leads where its row says, and whatever bytes come back, nothing is credited that the answer does not say. */
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Judgement, WrittenVerdict } from "../../../graders/judge/judgement.ts"
import { openJudge } from "../../../graders/judge/open-judge.ts"
import { memoryCallStore } from "../../support/memory-call-store.ts"
import { type Asked, reply } from "../../support/scripted-judge/asked.ts"
import type { Fault, FaultOutcome } from "../../support/scripted-judge/fault.ts"
import { ANSWER, FAULTS, QUOTE } from "../../support/scripted-judge/faults.ts"
import { type Script, type ScriptedJudge, startScriptedJudge } from "../../support/scripted-judge/server.ts"
import { NO_MIRACLES, rubricOf, WHERE_THINGS_LIE, WHY_SO } from "./made-up-rubric.ts"

/** Far more than any call takes, on however busy a machine. */
const TIMEOUT_MS = 60_000
/** For what ends with the deadline and not before. */
const SHORT_TIMEOUT_MS = 5_000
const SECRET = Buffer.from("a secret of the tests")
const LIMIT_USD = 5

const met = (asked: Asked) => reply(asked, () => ({ reason: "It is said at once.", quote: QUOTE, verdict: "met" }))

async function judgeWith(script: Script, timeoutMs = TIMEOUT_MS) {
  const criteria = rubricOf(WHERE_THINGS_LIE, WHY_SO)
  await using server = await startScriptedJudge(script)
  const store = memoryCallStore()
  const judge = openJudge(
    { apiKey: "none", baseUrl: server.baseUrl, model: "scripted", timeoutMs, dailyLimitUsd: LIMIT_USD },
    store,
    SECRET,
  )
  const judgement = await judge.judge({
    question: null,
    statement: null,
    rubric: criteria,
    answer: ANSWER,
    earlier: null,
  })
  return { judgement, server, store }
}

const outcomeOf = ({ verdict, review }: WrittenVerdict): FaultOutcome | "credited otherwise" =>
  verdict === "met" && review === null ? "as said" : verdict === null ? review!.because : "credited otherwise"

const where = ({ written }: Judgement) => written.find(({ criterion }) => criterion === WHERE_THINGS_LIE.id)!

describe("a fault of a server or model", () => {
  const came = new Map<string, Awaited<ReturnType<typeof judgeWith>>>()
  const nameOf = (fault: Fault, how: "always" | "once") => `${how}: ${fault.name}`

  beforeAll(async () => {
    const rows = FAULTS.flatMap((fault) => [
      { fault, how: "always" as const },
      { fault, how: "once" as const },
    ])
    // Most of the time they wait for deadlines and pauses, which they can do together.
    const queue = rows.values()
    const runAll = async () => {
      for (const { fault, how } of queue) {
        const hits = (call: number) => how === "always" || call === 0
        const script = { say: met, fault: (call: number) => (hits(call) ? fault : null) }
        came.set(nameOf(fault, how), await judgeWith(script, fault.waits && SHORT_TIMEOUT_MS))
      }
    }
    await Promise.all(Array.from({ length: 8 }, runAll))
  })

  it("is one of more than forty, each with a name of its own", () => {
    expect(FAULTS.length).toBeGreaterThanOrEqual(40)
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length)
  })

  it.each(FAULTS)("in every call: $name -> $always", (fault) => {
    const { judgement, store } = came.get(nameOf(fault, "always"))!
    expect(outcomeOf(where(judgement))).toBe(fault.always)
    for (const { attempts } of store.all) expect(attempts).toBeLessThanOrEqual(3)
  })

  it.each(FAULTS)("in the first call alone: $name -> $once", (fault) => {
    const { judgement } = came.get(nameOf(fault, "once"))!
    expect(outcomeOf(where(judgement))).toBe(fault.once)
  })

  it.each(FAULTS)("leaves the money counted: $name", (fault) => {
    for (const how of ["always", "once"] as const) {
      const { store } = came.get(nameOf(fault, how))!
      expect(store.spent()).toBeGreaterThanOrEqual(0)
      expect(store.spent()).toBeLessThanOrEqual(LIMIT_USD)
    }
  })
})

describe("a server of lesser abilities", () => {
  it.each(["strict schema", "JSON mode", "tools", "text"] as const)(
    "that honours %s at most is asked in that way",
    async (mode) => {
      const { judgement } = await judgeWith({ say: met, mode })
      expect(judgement.endpoint?.mode).toBe(mode)
      expect(outcomeOf(where(judgement))).toBe("as said")
    },
  )

  it("that refuses a temperature is asked without one", async () => {
    const { judgement, server } = await judgeWith({ say: met, temperature: false })
    expect(judgement.endpoint?.temperature).toBe(false)
    expect(
      server.served.filter(({ asked }) => asked.purpose === "written").every(({ body }) => !("temperature" in body)),
    ).toBe(true)
    expect(outcomeOf(where(judgement))).toBe("as said")
  })

  it("that takes a schema and ignores it is still held to the verdicts that were offered", async () => {
    const { judgement } = await judgeWith({
      say: (asked) => (asked.purpose === "probe" ? met(asked) : "It is met, I should think."),
      ignoresFormat: true,
    })
    expect(outcomeOf(where(judgement))).toBe("not understood")
  })
})

describe("whatever a model says", () => {
  let server: ScriptedJudge
  let body: (asked: Asked) => Partial<Fault> = () => ({})
  beforeAll(async () => {
    server = await startScriptedJudge({
      say: met,
      forgetful: true,
      fault: (_, asked) => ({ name: "made up", always: "as said", once: "as said", ...body(asked) }),
    })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const criteria = rubricOf(WHERE_THINGS_LIE, WHY_SO, NO_MIRACLES)

  async function judged(): Promise<Judgement> {
    const options = {
      apiKey: "none",
      baseUrl: server.baseUrl,
      model: "scripted",
      timeoutMs: TIMEOUT_MS,
      dailyLimitUsd: 100,
    }
    const question = { operations: [{ name: "look" }] }
    const judge = openJudge(options, memoryCallStore(), SECRET)
    return judge.judge({ question, statement: "Where do things lie?", rubric: criteria, answer: ANSWER, earlier: null })
  }

  it("no statement is met without a quote that stands in the answer, and each has a verdict or a reason", async () => {
    await fc.assert(
      // A model that errs errs alike each time, or each time in another way.
      fc.asyncProperty(fc.array(anyContent(), { minLength: 1, maxLength: 4 }), async (contents) => {
        let said = 0
        body = () => ({ content: () => contents[said++ % contents.length] })
        holds(await judged())
      }),
      { numRuns: 120, seed: 5 },
    )
  })

  it("whatever bytes it says it in, the same holds", async () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(new Uint8Array()))
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.tuple(bytes, fc.nat(), fc.boolean())), async (noise) => {
        body = () => ({
          bytes: (whole) => {
            const [junk, place, replace] = noise.next().value!
            const at = place % (whole.length + 1)
            return Buffer.concat([whole.subarray(0, at), junk, whole.subarray(replace ? at + junk.length : at)])
          },
        })
        holds(await judged())
      }),
      { numRuns: 60, seed: 6 },
    )
  })

  function holds(judgement: Judgement): void {
    expect(judgement.written.map(({ criterion }) => criterion).sort()).toEqual(
      criteria.criteria.map(({ id }) => id).sort(),
    )
    for (const { criterion, verdict, quotes, review, reason } of judgement.written) {
      expect(["met", "not met", null]).toContain(verdict)
      if (verdict === null) expect(review?.detail, criterion).toBeTruthy()
      if (verdict === null) expect(reason).not.toBe("")
      const needed = criterion === NO_MIRACLES.id ? "not met" : "met"
      if (verdict === needed) expect(quotes.length, `${criterion} is ${verdict}`).toBeGreaterThan(0)
      for (const { text, start, end } of quotes) expect(ANSWER.slice(start, end)).toBe(text)
    }
    for (const { quote } of judgement.assertions ?? []) expect(ANSWER.slice(quote.start, quote.end)).toBe(quote.text)
    expect(JSON.parse(JSON.stringify(judgement))).toEqual(judgement)
  }
})

/** From good replies that went wrong in one place to noise. */
function anyContent(): fc.Arbitrary<string> {
  const quote = fc.oneof(
    fc.constantFrom(
      QUOTE,
      QUOTE.slice(0, 12),
      QUOTE.slice(7),
      QUOTE.toUpperCase(),
      `${QUOTE}…`,
      "",
      "e",
      ":",
      "...",
      "\u0000",
    ),
    fc.string({ unit: "binary" }),
    fc.constant(null),
  )
  const verdict = fc.oneof(
    fc.constantFrom("met", "met", "not met", "cannot tell", "Met", "met ", "MET", "exceeded", "", "true"),
    fc.jsonValue(),
  )
  const said = fc.record({ reason: fc.oneof(fc.string(), fc.jsonValue()), quote, verdict }, { requiredKeys: [] })
  const key = fc.constantFrom("s1", "s2", "s3", "s4", "S1", "where-things-lie", "__proto__", "constructor", "claims")
  const object = fc.dictionary(key, fc.oneof({ weight: 8, arbitrary: said }, fc.jsonValue()), { minKeys: 1 })
  const inForm = fc.record({
    reason: fc.constantFrom("So it says.", ""),
    quote: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(QUOTE, "", "made up from the first word to the last") },
      quote,
    ),
    verdict: fc.constantFrom("met", "met", "not met", "cannot tell"),
  })
  const each = fc.oneof({ weight: 9, arbitrary: inForm }, said)
  const whole = fc.tuple(each, each, each).map(([s1, s2, s3]) => ({ s1, s2, s3 }))
  const json = fc.oneof({ weight: 4, arbitrary: whole }, object).map((value) => JSON.stringify(value))
  const cut = fc.tuple(json, fc.nat(400)).map(([text, at]) => text.slice(0, at))
  const around = fc.tuple(fc.string(), json, fc.string()).map((parts) => parts.join("\n"))
  const twice = fc.tuple(json, json).map(([a, b]) => `${a}${b}`)
  return fc.oneof({ weight: 6, arbitrary: json }, cut, around, twice, fc.string({ unit: "binary" }), fc.json())
}
