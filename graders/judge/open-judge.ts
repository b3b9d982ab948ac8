/** The judge of prose: asks about each statement twice, a third time where that leaves it open, and lists what the answer asserts. Code decides what that comes to. */
import { createSecretKey, hash, type KeyObject } from "node:crypto"
import { type JudgePrompts, type Prices, readJudgePrompts, readPrices } from "../../prompts/judge/load.ts"
import type { Statement } from "../../prompts/judge/render.ts"
import type { CallStore, ProseJudge, ToJudge } from "./ask.ts"
import { askAbout } from "./ask-about.ts"
import type { Call, Judgement, Sample, WrittenVerdict } from "./judgement.ts"
import { type Caller, makeCall } from "./make-call.ts"
import { type Endpoint, openEndpoint } from "./openai.ts"
import { type Found, probe } from "./probe.ts"
import { searchable } from "./quotes.ts"
import { rederive } from "./rederive.ts"
import { findSteering } from "./steering.ts"
import { combine, SAMPLES } from "./verdicts.ts"

export interface JudgeOptions {
  apiKey: string
  /** Address of the server, up to and with its version; undefined: OpenAI's own. */
  baseUrl: string | undefined
  model: string
  /** For one call with all its attempts. */
  timeoutMs: number
  dailyLimitUsd: number
  /** So many statements share a call; left out: as many as was found best. */
  batch?: number
}

/** So many calls of one answer are on their way at once. */
const AT_ONCE = 6
/** What a failed probe is worth: it is not repeated for every answer while a server is down. */
const PROBE_AGAIN_MS = 30_000
const PROBE_TIMEOUT_MS = 60_000

/** @param secret of this installation: nobody outside can compute the token in the marks around an answer */
export function openJudge(options: JudgeOptions, store: CallStore, secret: Buffer): ProseJudge {
  const endpoint = openEndpoint(options)
  let opening: { at: number; found: Promise<Found | { failed: string }> } | null = null
  const data = Promise.all([readJudgePrompts(), readPrices()])
  const underway = new Map<string, Promise<Call>>()
  const key = createSecretKey(secret)

  async function opened(): Promise<Found | { failed: string }> {
    if (!opening) opening = { at: performance.now(), found: probe(endpoint, AbortSignal.timeout(PROBE_TIMEOUT_MS)) }
    const mine = opening
    const found = await mine.found
    if (!("failed" in found) || performance.now() - mine.at < PROBE_AGAIN_MS) return found
    if (opening === mine) opening = null
    return opened()
  }

  return {
    model: options.model,
    async judge(what) {
      const [prompts, prices] = await data
      return judge({ endpoint, options, store, secret: key, prompts, prices, underway }, what, opened)
    },
  }
}

/** What every answer is judged with. */
export interface Judge {
  endpoint: Endpoint
  options: JudgeOptions
  store: CallStore
  secret: KeyObject
  prompts: JudgePrompts
  prices: Prices
  underway: Caller["underway"]
}

async function judge(
  judge: Judge,
  what: ToJudge,
  opened: () => Promise<Found | { failed: string }>,
): Promise<Judgement> {
  const { options, prompts } = judge
  const within = searchable(what.answer)
  const statements = what.rubric.criteria.filter((one): one is Statement => one.kind === "written")
  const asked = new Map(statements.map((one) => [one, hashOfAsked(prompts, options.model, what, one)]))
  const askedOf = (statement: Statement) => asked.get(statement)!
  const earlier =
    what.earlier &&
    rederive(
      named(what.earlier, asked),
      what.answer,
      statements,
      what.question?.operations.map(({ name }) => name),
    )
  const known = new Map(
    statements.flatMap((statement) => {
      const verdict = earlier?.written.find((one) => one.asked === askedOf(statement))
      return verdict && isFinal(verdict) ? [[statement.id, { ...verdict, criterion: statement.id }] as const] : []
    }),
  )
  const open = statements.filter(({ id }) => !known.has(id))
  const wantsClaims = what.question !== null && !(earlier?.assertions && sameClaims(earlier, prompts, options.model))
  const steering = findSteering(what.answer)
  // A new list of assertions takes the place of the old one, call and all.
  const kept = (earlier?.calls ?? []).filter(({ purpose }) => purpose !== "claims" || !wantsClaims)
  const calls = new Map(kept.map((call) => [call.key, call]))
  const head = {
    model: options.model,
    prompts: { version: prompts.version, hash: prompts.hash },
    steering,
  }
  const found = open.length > 0 || wantsClaims ? await opened() : (earlier?.endpoint ?? null)
  if (found && "failed" in found) {
    const detail = `The judge's server could not be used: ${found.failed.replace(/[.\s]+$/, "")}.`
    const review = { because: "no reply" as const, detail }
    const written = statements.map((one) => known.get(one.id) ?? unasked(one, askedOf(one), review))
    const assertions = earlier?.assertions ?? null
    const claimsReview = assertions || what.question === null ? null : review
    const lostClaims = earlier?.lostClaims ?? []
    const calls = used(earlier?.calls ?? [], written)
    // Assertions of before stay, and so does what they were asked with: the next time they are asked for anew.
    const { model, prompts } = assertions ? earlier! : head
    return { ...head, model, prompts, endpoint: null, written, assertions, lostClaims, claimsReview, calls }
  }

  const gate = atMost(AT_ONCE)
  const caller = found && callerOf(judge, found as Found)
  const asking = askAbout(judge, what, within, (asked) =>
    gate(async () => {
      const call = await makeCall(caller!, asked)
      calls.set(call.key, call)
      return call
    }),
  )
  const [samples, claims] = await Promise.all([
    open.length > 0 ? asking.samples(open) : new Map<string, Sample[]>(),
    wantsClaims ? asking.claims() : null,
  ])
  const written = statements.map(
    (statement) =>
      known.get(statement.id) ?? combine(statement, askedOf(statement), samples.get(statement.id)!, steering),
  )
  return {
    ...head,
    endpoint: found ? { mode: found.mode, temperature: found.temperature, usage: found.usage } : null,
    written,
    assertions: wantsClaims ? (claims!.listed?.assertions ?? null) : (earlier?.assertions ?? null),
    lostClaims: wantsClaims ? (claims!.listed?.lost ?? []) : (earlier?.lostClaims ?? []),
    claimsReview: wantsClaims ? claims!.review : (earlier?.claimsReview ?? null),
    calls: used([...calls.values()], written),
  }
}

/** A statement that was asked in the same words keeps what was said of it, whatever its name was or whose its name is now. */
function named(earlier: Judgement, asked: Map<Statement, string>): Judgement {
  const written = [...asked].flatMap(([{ id }, hash]) => {
    const inWords = earlier.written.filter((one) => one.asked === hash)
    const verdict = inWords.find(({ criterion }) => criterion === id) ?? inWords[0]
    return verdict ? [{ ...verdict, criterion: id }] : []
  })
  return { ...earlier, written }
}

function callerOf({ endpoint, options, store, prices, underway }: Judge, honoured: Found): Caller {
  const { model, dailyLimitUsd, timeoutMs } = options
  return { endpoint, model, honoured, store, prices, dailyLimitUsd, timeoutMs, underway }
}

/** What a verdict depends on: an edit of the rubric asks again only where this differs. Points, title and `contradictedBy` are none of it. */
function hashOfAsked(prompts: JudgePrompts, model: string, what: ToJudge, one: Statement): string {
  const said = [one.statement, one.counts, one.doesNotCount, one.examples.met, one.examples.notMet, one.absence]
  return hash(
    "sha256",
    JSON.stringify([prompts.hash, model, what.statement, what.samples ?? SAMPLES, said, what.answer]),
  )
}

/** Whatever failed on the way is asked again; what the model said about it is not. */
const isFinal = ({ verdict, samples, review }: WrittenVerdict): boolean =>
  verdict !== null ||
  (samples.every(({ failed }) => failed === null) &&
    ["cannot tell", "split verdicts", "quote not found"].includes(review?.because ?? ""))

const sameClaims = (earlier: Judgement, prompts: JudgePrompts, model: string): boolean =>
  earlier.prompts.hash === prompts.hash && earlier.model === model

/** Calls that what is left rests on: those of a statement that is no longer asked about go. */
function used(calls: Call[], written: WrittenVerdict[]): Call[] {
  const keys = new Set(written.flatMap(({ samples }) => samples.map(({ call }) => call)))
  const asks = new Set(written.map(({ criterion }) => criterion))
  return calls
    .filter((call) => call.purpose === "claims" || keys.has(call.key) || call.criteria.some((id) => asks.has(id)))
    .sort((a, b) => order(a) - order(b) || (a.key < b.key ? -1 : 1))
}

const order = ({ purpose, sample }: Call): number =>
  ["written", "quote again", "claims", "probe"].indexOf(purpose) * 100 + sample

const unasked = ({ id }: Statement, asked: string, review: NonNullable<WrittenVerdict["review"]>): WrittenVerdict => ({
  criterion: id,
  asked,
  verdict: null,
  reason: review.detail,
  quotes: [],
  samples: [],
  agreement: null,
  review,
})

/** Runs no more than `count` at a time, in the order in which they came. */
function atMost(count: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (run) => {
    if (running >= count) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
