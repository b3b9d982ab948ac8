/**
 * The open-loop generator at 1,000 calls a second against an echo server in a process of its own: how late it is, and whether a stall of one
 * second is reported as theory says. In theory a call that is due t seconds before the stall's end waits t.
 */
import { spawn } from "node:child_process"
import { connect } from "node:net"
import { openLoop } from "../../sandboxes/measurement/open-loop.ts"
import { poissonSchedule } from "../../sandboxes/measurement/schedule.ts"
import { ascending, mean, quantile } from "../../sandboxes/measurement/statistics.ts"
import { publish, round } from "./results.ts"

const PER_SECOND = 1000
const SECONDS = 10
const STALL_FROM_MS = 4000
const STALL_MS = 1000

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
  const quiet = await measure(false)
  const stalled = await measure(true)
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

async function measure(stall: boolean) {
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
