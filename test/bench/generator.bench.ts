/**
 * The open-loop generator at 1,000 calls a second against an echo server in a process of its own: how late it is, and whether a stall of one
 * second is reported as theory says. In theory a call that is due t seconds before the stall's end waits t.
 * With `--engine redis` instead: GETs in a closed loop beside redis-benchmark on one server as a pod has it; throughput and p50 are to agree within 10%.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { connect } from "node:net"
import { parseArgs } from "node:util"
import { openLoop } from "../../sandboxes/measurement/open-loop.ts"
import { poissonSchedule } from "../../sandboxes/measurement/schedule.ts"
import { ascending, mean, quantile } from "../../sandboxes/measurement/statistics.ts"
import { besideRedisBenchmark } from "./beside-redis-benchmark.ts"
import { publish, round } from "./results.ts"

const PER_SECOND = 1000
const SECONDS = 10
const STALL_FROM_MS = 4000
const STALL_MS = 1000

const { values } = parseArgs({ options: { engine: { type: "string" } } })
if (values.engine === undefined) await besideTheory()
else if (values.engine === "redis") await besideAnother()
else throw new Error("--engine: only redis has a load generator of its own to compare with.")
process.exit()

/**
 * Where a GET is by itself, the slower part is the generator, not the server (with one connection ours, with many redis-benchmark, which changes its
 * list of events four times a call): such figures are shown. What is compared is calls of two hundred GETs, where both have the server to wait for.
 */
async function besideAnother(): Promise<void> {
  const loads = [
    { connections: 10, calls: 20_000, gets: 200 },
    { connections: 1, calls: 50_000, gets: 1 },
    { connections: 50, calls: 100_000, gets: 1 },
  ]
  const found = await besideRedisBenchmark(loads)
  const compared = found.map(({ ours, theirs }, index) => ({
    ...loads[index]!,
    ours,
    theirs,
    perSecondRatio: ours.perSecond / theirs.perSecond,
    p50Ratio: ours.p50Ms / theirs.p50Ms,
  }))
  const rows = compared.map((one) => ({
    connections: one.connections,
    "GETs a call": one.gets,
    "ours calls/s": Math.round(one.ours.perSecond),
    "redis-benchmark /s": Math.round(one.theirs.perSecond),
    ratio: round(one.perSecondRatio),
    "ours p50 ms": round(one.ours.p50Ms, 3),
    "redis-benchmark p50 ms": round(one.theirs.p50Ms, 3),
    "ratio ": round(one.p50Ratio),
  }))
  publish("generator-redis", { compared }, rows)
  const [scored] = compared
  const furthest = Math.max(Math.abs(scored!.perSecondRatio - 1), Math.abs(scored!.p50Ratio - 1))
  console.log(
    `With the server as the slower part: throughput and p50 at most ${round(furthest * 100)}% apart (goal: within 10%)`,
  )
  process.exitCode = furthest <= 0.1 ? 0 : 1
}

async function besideTheory(): Promise<void> {
  const echo = spawn(
    process.execPath,
    [
      "-e",
      'const s=require("net").createServer(c=>{c.setNoDelay(true);c.pipe(c)}).listen(0,"127.0.0.1",()=>console.log(s.address().port))',
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  )
  const port = await new Promise<number>((resolve) => echo.stdout.once("data", (data) => resolve(Number(data))))
  try {
    const quiet = await measure(echo, port, false)
    const stalled = await measure(echo, port, true)
    const rows = [row("no stall", quiet), row("1 s stall", stalled)]
    const { expectedSumMs, stallSumMs } = stalled
    const error = stallSumMs / expectedSumMs - 1
    publish(
      "generator",
      { perSecond: PER_SECOND, seconds: SECONDS, stallMs: STALL_MS, quiet, stalled, stallError: error },
      rows,
    )
    console.log(
      `Latency added by the stall: ${round(stallSumMs / 1000)} s in sum, theory ${round(expectedSumMs / 1000)} s: ${round(error * 100)}% off (goal: within 1%)`,
    )
    process.exitCode = Math.abs(error) <= 0.01 ? 0 : 1
  } finally {
    echo.kill()
  }
}

async function measure(echo: ChildProcess, port: number, stall: boolean) {
  const socket = connect(port, "127.0.0.1").setNoDelay(true)
  await new Promise((resolve) => socket.once("connect", resolve))
  const schedule = poissonSchedule([{ operation: "echo", perSecond: PER_SECOND }], SECONDS, Math.random)
  const due: number[] = []
  const latencies = new Float64Array(schedule.length)
  let answered = 0
  let sent = 0
  const all = new Promise<void>((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      const now = performance.now()
      for (let i = 0; i < chunk.length; i++) {
        latencies[answered] = now - due[answered]
        answered++
      }
      if (sent === schedule.length && answered === sent) resolve()
    })
  })
  const start = performance.now() + 50
  let stallFrom = Number.POSITIVE_INFINITY
  let stallTo = Number.NEGATIVE_INFINITY
  if (stall)
    setTimeout(
      () => {
        echo.kill("SIGSTOP")
        stallFrom = performance.now()
        setTimeout(() => {
          stallTo = performance.now()
          echo.kill("SIGCONT")
        }, STALL_MS)
      },
      start + STALL_FROM_MS - performance.now(),
    )
  const lags = await openLoop(schedule, start, (_, dueMs) => {
    due.push(dueMs)
    sent++
    socket.write("x")
    return true
  })
  await all
  socket.destroy()
  const sorted = ascending(latencies)
  const lag = ascending(lags)
  const inStall = due
    .map((at, index) => ({ at, latency: latencies[index] }))
    .filter(({ at }) => at >= stallFrom && at < stallTo)
  return {
    calls: schedule.length,
    perSecond: schedule.length / SECONDS,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    maxMs: quantile(sorted, 1),
    meanMs: mean(latencies),
    lagP50Ms: quantile(lag, 0.5),
    lagP99Ms: quantile(lag, 0.99),
    lagMaxMs: quantile(lag, 1),
    stallSumMs: inStall.reduce((sum, { latency }) => sum + latency, 0),
    expectedSumMs: inStall.reduce((sum, { at }) => sum + stallTo - at, 0),
  }
}

function row(name: string, figures: Awaited<ReturnType<typeof measure>>) {
  const { calls, p50Ms, p99Ms, maxMs, lagP50Ms, lagP99Ms, lagMaxMs } = figures
  return {
    run: name,
    calls,
    "p50 ms": round(p50Ms),
    "p99 ms": round(p99Ms),
    "max ms": round(maxMs),
    "lag p50": round(lagP50Ms, 3),
    "lag p99": round(lagP99Ms, 3),
    "lag max": round(lagMaxMs),
  }
}
