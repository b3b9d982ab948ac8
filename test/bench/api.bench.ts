/**
 * What the API takes: requests a second and latency of what candidates call most, submissions at a hundred a second, and streams that are open meanwhile.
 * A server, worker, Postgres and Redis of their own, as processes; the engine is made up. Options: --seconds N (10), --streams N (200), --rate N (100)
 */
import { readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { ascending, quantile } from "../../sandboxes/measurement/statistics.ts"
import { signUp } from "../support/crowd.ts"
import { startFleet } from "../support/fleet.ts"
import { WORK } from "../support/platform.ts"
import { publish, round } from "./results.ts"

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    streams: { type: "string", default: "200" },
    rate: { type: "string", default: "100" },
  },
})
const seconds = Number(values.seconds)
const streamCount = Number(values.streams)
const rate = Number(values.rate)
/** Of each person at most twenty submissions may wait. */
const PEOPLE = 120
const IN_PARALLEL = 16

const fleet = await startFleet({ milliseconds: 3 })
const [server] = fleet.servers
const url = fleet.urls[0]!
// One server is measured; the other stands by, as it would.
const people: string[] = []
for (let at = 0; at < PEOPLE; at++) people.push(await signUp(url, fleet.address, at))

async function call(path: string, cookie: string, init: { method?: string; body?: unknown } = {}): Promise<unknown> {
  const response = await fetch(`${url}/api${path}`, {
    method: init.method ?? "GET",
    headers: { origin: fleet.address, cookie, "content-type": "application/json" },
    ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

interface Row {
  [column: string]: string | number
}

function row(what: string, ms: number[], took: number): Row {
  const sorted = ascending(ms)
  return {
    what,
    n: ms.length,
    "per second": round(ms.length / took, 0),
    "p50 ms": round(quantile(sorted, 0.5), 1),
    "p99 ms": round(quantile(sorted, 0.99), 1),
  }
}

/** As fast as it goes, a few at a time. */
async function closed(what: string, one: (at: number) => Promise<unknown>): Promise<Row> {
  for (let at = 0; at < 50; at++) await one(at)
  const ms: number[] = []
  const began = performance.now()
  const end = began + seconds * 1000
  let at = 0
  await Promise.all(
    Array.from({ length: IN_PARALLEL }, async () => {
      while (performance.now() < end) {
        const started = performance.now()
        await one(at++)
        ms.push(performance.now() - started)
      }
    }),
  )
  return row(what, ms, (performance.now() - began) / 1000)
}

/** At a fixed rate, whatever the answers take; a call counts from when it was due. */
async function open(what: string, perSecond: number, one: (at: number) => Promise<unknown>): Promise<Row> {
  const ms: number[] = []
  const under: Promise<void>[] = []
  const began = performance.now()
  for (let at = 0; at < perSecond * seconds; at++) {
    const due = began + (at * 1000) / perSecond
    const wait = due - performance.now()
    if (wait > 1) await sleep(wait)
    under.push(one(at).then(() => void ms.push(performance.now() - due)))
  }
  await Promise.all(under)
  return row(what, ms, (performance.now() - began) / 1000)
}

const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server!.pid()}/status`, "utf8"))![1]) / 1024

const rows: Row[] = []
let made = 0
const submit = (at: number) =>
  call("/submissions", people[at % PEOPLE]!, {
    method: "POST",
    body: { ...WORK, files: { "access.ts": `${WORK.files["access.ts"]}// ${made++}\n` } },
  }) as Promise<{ id: string }>

rows.push(await closed("catalogue, signed out", () => call("/questions", "")))
rows.push(await closed("catalogue with one's own best", (at) => call("/questions", people[at % PEOPLE]!)))
const revisions = people.map(() => 0)
const saving = new Set<number>()
rows.push(
  await closed("draft saved", async (at) => {
    // A person saves one thing after another.
    const who = [...people.keys()].find((index) => !saving.has((at + index) % PEOPLE))!
    const person = (at + who) % PEOPLE
    saving.add(person)
    const content = { schema: WORK.schema, files: WORK.files, answer: `${WORK.answer} ${at}` }
    const revision = revisions[person]!
    const saved = await call("/drafts/clickstream/cassandra", people[person]!, {
      method: "PUT",
      body: { revision, content },
    })
    revisions[person] = (saved as { revision: number }).revision
    saving.delete(person)
  }),
)
const first = await submit(0)
for (let state = ""; state !== "graded"; ) {
  state = ((await call(`/submissions/${first.id}`, people[0]!)) as { state: string }).state
  await sleep(20)
}
rows.push(await closed("report", () => call(`/submissions/${first.id}/report`, people[0]!)))
// Workers whose engine takes milliseconds would grade thirty a second on these cores; a real one takes half a minute for each, elsewhere.
for (const worker of fleet.workers) worker.kill("SIGSTOP")
rows.push(await open(`submission at ${rate}/s`, rate, submit))

// Streams: what one costs while it is open, and how soon all of them know.
const watched = await submit(1)
const beforeStreams = memory()
const stops = new AbortController()
let told = 0
let tellAll = () => {}
const cancelled = new Promise<void>((resolve) => {
  tellAll = resolve
})
await Promise.all(
  Array.from({ length: streamCount }, async () => {
    const response = await fetch(`${url}/api/submissions/${watched.id}/live`, {
      headers: { origin: fleet.address, cookie: people[1]! },
      signal: stops.signal,
    })
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    await reader.read()
    void (async () => {
      for (;;) {
        const { value, done } = await reader.read()
        if (value?.includes('"cancelled"') && ++told === streamCount) tellAll()
        if (done) return
      }
    })().catch(() => {})
  }),
)
const after = memory()
rows.push(await open(`submission at ${rate / 2}/s, ${streamCount} streams open`, rate / 2, submit))
const began = performance.now()
await call(`/submissions/${watched.id}/cancel`, people[1]!, { method: "POST", body: {} })
await Promise.race([cancelled, sleep(10_000)])
const fanOutMs = performance.now() - began
stops.abort()
const perStreamKiB = ((after - beforeStreams) * 1024) / streamCount

publish("api", { rows, streams: { streamCount, told, fanOutMs, perStreamKiB, beforeStreams, after } }, rows)
console.log(
  `${streamCount} streams: ${round(perStreamKiB, 0)} KiB of the server's memory each (${round(beforeStreams, 0)} to ${round(after, 0)} MiB); a change reached ${told} of them within ${round(fanOutMs, 0)} ms`,
)
for (const worker of fleet.workers) worker.kill("SIGCONT")
await fleet.stop()
process.exit(0)
