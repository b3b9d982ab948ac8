/**
 * The judge of prose: what it adds to the time of its calls, how many answers one process judges in a second, what an answer takes in tokens and
 * dollars, and how that depends on how many statements share a call. With --live: a real model, as the settings name it, against the gold files.
 * Options: --question NAME (clickstream), --latency MS (300), --answers N (200), --live
 */
import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { request } from "undici"
import type { ProseJudge } from "../../graders/judge/ask.ts"
import type { Judgement } from "../../graders/judge/judgement.ts"
import { openJudge } from "../../graders/judge/open-judge.ts"
import { type GoldAnswer, readGoldAnswers } from "../../prompts/gold.ts"
import { priceOf, readPrices } from "../../prompts/judge/load.ts"
import { readQuestion } from "../../prompts/load-question.ts"
import { ascending, mean, quantile } from "../../sandboxes/measurement/statistics.ts"
import { openJudgeStore } from "../../server/judge-store.ts"
import { openJudging } from "../../server/prose-judge.ts"
import { publish, round } from "./results.ts"

/** Small models of the price list; what they would cost is reckoned from the tokens. */
const SMALL = ["gpt-4.1-nano", "gpt-4o-mini", "gpt-4.1-mini", "gpt-5-mini"]
const BATCHES = [1, 3, 6, 12]
const AT_ONCE = 16
/** A process that judges has judged before. */
const WARM_UP = 40
const SERVER = fileURLToPath(new URL("../support/scripted-judge/serve.ts", import.meta.url))
/** As makers say it of English. */
const CHARACTERS_PER_TOKEN = 4

const { values } = parseArgs({
  options: {
    question: { type: "string", default: "clickstream" },
    latency: { type: "string", default: "300" },
    answers: { type: "string", default: "200" },
    live: { type: "boolean", default: false },
  },
})
const question = await readQuestion(values.question)
const gold = await readGoldAnswers(question)
const ask = (judge: ProseJudge, answer: string) =>
  judge.judge({
    question: question.question,
    statement: question.statement,
    rubric: question.rubric,
    answer,
    earlier: null,
  })

if (values.live) await live()
else await scripted(Number(values.latency), Number(values.answers))

async function scripted(latencyMs: number, answers: number): Promise<void> {
  const server = await scriptedServer(latencyMs)
  const folder = await mkdtemp(join(tmpdir(), "bench-judge-"))
  const open = async (batch?: number) =>
    openJudge(
      { apiKey: "none", baseUrl: server.baseUrl, model: "gpt-4.1-mini", timeoutMs: 60_000, dailyLimitUsd: 1000, batch },
      await openJudgeStore(join(folder, String(batch ?? "usual"))),
      randomBytes(32),
    )
  try {
    const judge = await open()
    for (const text of differing(WARM_UP, 1)) await ask(judge, text)
    // One after the other: rounds of calls cannot be faster than the server; the rest is our own.
    const own: number[] = []
    const processing = heardProcessing()
    for (const text of differing(answers, 1 + WARM_UP)) {
      const started = performance.now()
      const judgement = await ask(judge, text)
      own.push(performance.now() - started - (roundsOf(judgement) - 1) * latencyMs - Math.max(...processing.take()))
    }
    processing.stop()
    // The same requests by undici alone: what this machine takes for it, however idle or busy it is just now.
    const bare: number[] = []
    for (let round = 0; round < answers; round++) {
      const started = performance.now()
      const took = await Promise.all(processing.last().map(bareCall))
      bare.push(performance.now() - started - Math.max(...took))
    }
    const texts = differing(answers, 1 + WARM_UP + answers)
    const started = performance.now()
    await atOnce(texts, AT_ONCE, (text) => ask(judge, text))
    const perSecond = texts.length / ((performance.now() - started) / 1000)
    const prices = await readPrices()
    const batches = []
    for (const batch of BATCHES) {
      const judgements = await atOnce(gold, AT_ONCE, async ({ answer }) => ask(await open(batch), answer))
      const prompt = mean(
        judgements.map((one) => tokens(one, ({ messages }) => messages.map(({ content }) => content).join(""))),
      )
      const completion = mean(judgements.map((one) => tokens(one, (call) => call.completion ?? "")))
      const cost = Object.fromEntries(
        SMALL.map((model) => {
          const { input, output } = priceOf(model, prices)!
          return [`¢ ${model}`, round((100 * (prompt * input + completion * output)) / 1e6, 3)]
        }),
      )
      batches.push({
        "statements a call": batch,
        calls: round(mean(judgements.map(({ calls }) => calls.length)), 1),
        "prompt tokens": Math.round(prompt),
        "completion tokens": Math.round(completion),
        ...cost,
      })
    }
    const figures = { ownMs: middleAndTail(own), bareMs: middleAndTail(bare), perSecond }
    publish("judge", { latencyMs, answers: gold.length, many: texts.length, ...figures, batches }, batches)
    console.log(
      `Our own part of a grade beside calls of ${latencyMs} ms: ${round(figures.ownMs.p50, 1)} ms (p50), ${round(figures.ownMs.p99, 1)} ms (p99; goal 15); the same requests by undici alone: ${round(figures.bareMs.p50, 1)} and ${round(figures.bareMs.p99, 1)} ms. ` +
        `One process judges ${round(perSecond, 1)} answers a second (goal 10), ${AT_ONCE} at a time. Tokens are reckoned at ${CHARACTERS_PER_TOKEN} characters each; a model that thinks first takes more.`,
    )
  } finally {
    server.stop()
    await rm(folder, { recursive: true })
  }
}

/** Answers of the gold files, each another text, so that none is taken from the store; a scripted judge knows them all the same. */
function differing(count: number, from: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => `${gold[index % gold.length].answer}\n\n${".".repeat(from + index)}`,
  )
}

interface Sent {
  origin: string
  path: string
  method: string
  headers: string[]
  body: Buffer
}

/** What the server says that each call took it, milliseconds: where it was late, by its own timer or for lack of a core, that is not our part. */
function heardProcessing(): { take(): number[]; last(): Sent[]; stop(): void } {
  let heard: { request: Sent; ms: number }[] = []
  let before = heard
  const listen = (message: unknown) => {
    const { request, response } = message as { request: Sent; response: { headers: Buffer[] } }
    const headers = response.headers.map(String)
    heard.push({ request, ms: Number(headers[headers.indexOf("openai-processing-ms") + 1]) })
  }
  subscribe("undici:request:headers", listen)
  return {
    take() {
      before = heard
      heard = []
      return before.map(({ ms }) => ms)
    },
    last: () => before.map(({ request }) => request),
    stop: () => void unsubscribe("undici:request:headers", listen),
  }
}

async function bareCall({ origin, path, method, headers, body }: Sent): Promise<number> {
  const response = await request(origin + path, { method: method as "POST", headers, body })
  await response.body.json()
  return Number(response.headers["openai-processing-ms"])
}

function middleAndTail(milliseconds: number[]): { p50: number; p99: number } {
  const sorted = ascending(milliseconds)
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
}

/** In a process of its own: what it does must not count as ours. */
async function scriptedServer(latencyMs: number): Promise<{ baseUrl: string; stop(): void }> {
  const files = gold.map(({ name }) => join(question.folder, name, "gold.yaml"))
  const child = spawn(process.execPath, [SERVER, "--port", "0", "--latency", String(latencyMs), ...files], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  let said = ""
  for await (const chunk of child.stdout) {
    said += chunk
    const baseUrl = /OPENAI_BASE_URL=(\S+)/.exec(said)?.[1]
    if (baseUrl) return { baseUrl, stop: () => void child.kill() }
  }
  throw new Error(`the scripted judge did not start: ${said}`)
}

/** Rounds of calls that wait for each other: the samples of all batches go together, then the third ones and those for lost quotes. */
function roundsOf({ calls }: Judgement): number {
  const written = new Set(
    calls.filter(({ purpose }) => purpose === "written").map(({ sample }) => Math.max(0, sample - 1)),
  )
  return written.size + Math.min(1, calls.filter(({ purpose }) => purpose === "quote again").length)
}

function tokens({ calls }: Judgement, text: (call: Judgement["calls"][number]) => string): number {
  return calls.reduce((sum, call) => sum + text(call).length / CHARACTERS_PER_TOKEN, 0)
}

async function live(): Promise<void> {
  const judging = await openJudging(console.error)
  if (!judging) {
    console.log("No model is configured: set OPENAI_API_KEY, or OPENAI_BASE_URL and JUDGE_MODEL.")
    process.exitCode = 2
    return
  }
  const rows = await atOnce(gold, 4, async (one) => ({
    answer: one.name,
    ...against(one, await ask(judging.judge, one.answer)),
  }))
  const sum = (name: "agree" | "differ" | "none") => rows.reduce((total, row) => total + row[name], 0)
  publish("judge-live", { model: judging.judge.model, question: values.question, rows }, rows)
  console.log(
    `${judging.judge.model}: ${sum("agree")} of ${sum("agree") + sum("differ")} verdicts are those of the gold files, ${sum("none")} went to a person; ${round(
      rows.reduce((total, row) => total + row.dollars, 0),
      3,
    )} US dollars.`,
  )
}

function against({ gold: { written } }: GoldAnswer, judgement: Judgement) {
  const verdicts = judgement.written.map(({ criterion, verdict }) => ({
    is: verdict,
    due: written[criterion]?.verdict,
  }))
  return {
    agree: verdicts.filter(({ is, due }) => is === due).length,
    differ: verdicts.filter(({ is, due }) => is !== null && is !== due).length,
    none: verdicts.filter(({ is }) => is === null).length,
    dollars: round(
      judgement.calls.reduce((total, { usd }) => total + (usd ?? 0), 0),
      4,
    ),
  }
}

/** Results in the order of the items. */
async function atOnce<T, R>(items: T[], count: number, run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length)
  let next = 0
  const work = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await run(items[at])
  }
  await Promise.all(Array.from({ length: count }, work))
  return results
}
