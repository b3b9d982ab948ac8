/** Hundreds of judgements under faults at random, by a process that is killed again and again: nothing is made up, lost, settled twice or charged twice. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { WrittenVerdict } from "../../../../graders/judge/judgement.ts"
import { seeded } from "../../../../prompts/seeded.ts"
import { judgeFile } from "../../../../server/judge-store.ts"
import { settings } from "../../../../server/settings.ts"
import { type Asked, reply } from "../../../support/scripted-judge/asked.ts"
import { FAULTS } from "../../../support/scripted-judge/faults.ts"
import { chargedTwice, type ScriptedJudge, startScriptedJudge } from "../../../support/scripted-judge/server.ts"
import { WHERE_THINGS_LIE } from "../made-up-rubric.ts"
import { quoteOf, type Truth, truthOf } from "./volume.ts"

const JUDGEMENTS = settings().full ? 500 : 60
const KILLS = settings().full ? 20 : 4
/** Of a hundred calls, so many go wrong. */
const FAULTY = 25

interface Line {
  id: number
  written: WrittenVerdict[]
  calls: { key: string; outcome: string }[]
}

const lots = seeded(Buffer.from("volume"))
const state = mkdtempSync(join(tmpdir(), "judge-volume-"))
const out = join(state, "out.jsonl")
let server: ScriptedJudge
let quiet = false
let kills = 0
/** What stood in the store at each kill, by key. */
const atKill = new Map<string, string>()

const about = (statement: string): keyof Truth => (statement === WHERE_THINGS_LIE.statement ? "lies" : "why")

function truly(asked: Asked) {
  const id = Number(/^Answer (\d+)\./.exec(asked.answer)?.[1])
  return reply(asked, (statement) => {
    const quote = quoteOf(id, about(statement))
    return { reason: "So it says.", quote: quote ?? "", verdict: quote === null ? "not met" : "met" }
  })
}

beforeAll(async () => {
  writeFileSync(out, "")
  server = await startScriptedJudge({
    say: truly,
    latencyMs: 2,
    fault: (call) =>
      !quiet && lots.integer(100, "faulty", call) < FAULTY ? FAULTS[lots.integer(FAULTS.length, "which", call)] : null,
  })
  while (kills < KILLS) {
    // Killed when so many more calls have arrived, whatever they are at: between reply and store as well.
    const until = server.served.length + 1 + lots.integer(Math.ceil((JUDGEMENTS * 4) / KILLS), "kill", kills)
    // The rounds of the event loop put the kill anywhere between two requests: before the reply, behind it, while it is kept.
    let rounds = lots.integer(400, "rounds", kills)
    if (await ranUntil(judging(), () => server.served.length >= until && rounds-- <= 0)) break
    kills++
    remember()
  }
  await ended(judging())
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(state, { recursive: true })
})

function judging(baseUrl = server.baseUrl, to = out): ChildProcess {
  const program = join(import.meta.dirname, "judging-child.ts")
  const child = spawn(process.execPath, [program, state, baseUrl, to, "0", String(JUDGEMENTS)], {
    stdio: ["ignore", "inherit", "inherit"],
  })
  return child
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("exit", (code, signal) =>
      code === 0 || signal === "SIGKILL" ? resolve(code) : reject(new Error(`The judging process ended with ${code}`)),
    )
  })

/** True: it came to its own end before. Looks at what has arrived whenever the event loop comes round. */
async function ranUntil(child: ChildProcess, enough: () => boolean): Promise<boolean> {
  let over = false
  const end = ended(child).then((code) => {
    over = true
    return code === 0
  })
  while (!over && !enough()) await new Promise((resolve) => setImmediate(resolve))
  child.kill("SIGKILL")
  return end
}

/** Rows of the store, as any other process sees them. */
function rows<Row>(sql: string): Row[] {
  // A process that was killed early made none.
  if (!existsSync(judgeFile(state))) return []
  const database = new DatabaseSync(judgeFile(state), { timeout: 10_000 })
  try {
    return database.prepare(sql).all() as Row[]
  } finally {
    database.close()
  }
}

const keptCalls = () => rows<{ key: string; call: string }>("SELECT key, call FROM calls")

function remember(): void {
  for (const { key, call } of keptCalls()) if (!atKill.has(key)) atKill.set(key, call)
}

const linesOf = (file: string): Line[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Line]
      } catch {
        return []
      }
    })

describe(`${JUDGEMENTS} judgements under random faults, by a process that is killed ${KILLS} times`, () => {
  it("all come to an end, each once", () => {
    expect(kills).toBe(KILLS)
    expect(
      linesOf(out)
        .map(({ id }) => id)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: JUDGEMENTS }, (_, id) => id))
  })

  it("hold no verdict that was made up", () => {
    const madeUp = linesOf(out).flatMap(({ id, written }) =>
      written
        .filter(({ criterion, verdict, quotes, review }) => {
          const quote = quoteOf(id, criterion === WHERE_THINGS_LIE.id ? "lies" : "why")
          if (verdict === null) return review === null
          if (verdict === "met") return quote === null || quotes.length === 0
          return quote !== null
        })
        .map(({ criterion, verdict }) => `${id}: ${criterion} is ${verdict}`),
    )
    expect(madeUp).toEqual([])
  })

  it("lose no call that was kept, and use each", async () => {
    const now = new Map(keptCalls().map(({ key, call }) => [key, call]))
    for (const [key, call] of atKill) expect(now.get(key)).toBe(call)
    const kept = new Set(now.keys())
    const lost = linesOf(out).flatMap(({ calls }) =>
      calls.filter(({ key, outcome }) => outcome === "answered" && !kept.has(key)).map(({ key }) => key),
    )
    expect(lost).toEqual([])
    // Once more from the beginning: what was kept is not asked for again.
    quiet = true
    const before = server.served.length
    const again = join(state, "again.jsonl")
    writeFileSync(again, "")
    await ended(judging(server.baseUrl, again))
    const asked = server.served.slice(before).filter(({ asked }) => asked.purpose !== "probe")
    expect(asked.filter(({ idempotencyKey }) => kept.has(idempotencyKey ?? ""))).toEqual([])
    const first = new Map(linesOf(out).map((line) => [line.id, line]))
    for (const { id, written } of linesOf(again))
      for (const [index, { verdict }] of written.entries()) {
        const said = first.get(id)!.written[index].verdict
        if (said !== null) expect(verdict, `answer ${id}`).toBe(said)
      }
  })

  it("are settled once each in the ledger, and charged once each by the server", () => {
    const settled = rows<{ key: string; count: number }>(
      "SELECT key, count(*) AS count FROM spendings WHERE settled IS NOT NULL AND settled > 0 GROUP BY key",
    )
    const failed = new Map(
      rows<{ key: string; count: number }>("SELECT key, count(*) AS count FROM failed GROUP BY key").map((row) => [
        row.key,
        row.count,
      ]),
    )
    const kept = new Set(keptCalls().map(({ key }) => key))
    const twice = settled.filter(({ key, count }) => count > (failed.get(key) ?? 0) + (kept.has(key) ? 1 : 0))
    const [day] = rows<{ settled: number; rows: number }>(
      "SELECT sum(days.settled) AS settled, (SELECT sum(settled) FROM spendings) AS rows FROM days",
    )
    expect(day.settled).toBe(day.rows)
    const charged = chargedTwice(server)
    process.stdout.write(
      `${JUDGEMENTS} judgements, ${server.served.length} requests, ${server.served.filter(({ fault }) => fault).length} of them with a fault, ${kills} kills: 0 made up, 0 of ${atKill.size} kept calls lost, ${twice.length} settled twice, ${charged.length} charged twice; ${
        linesOf(out)
          .flatMap(({ written }) => written)
          .filter(({ verdict }) => verdict === null).length
      } of ${2 * JUDGEMENTS} verdicts left open\n`,
    )
    expect(twice).toEqual([])
    expect(charged).toEqual([])
    expect(kept.size).toBeGreaterThan(JUDGEMENTS)
    expect(truthOf(1)).toEqual({ lies: true, why: true })
  })
})
