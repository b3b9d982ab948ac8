/** How long it takes until a write shows, where a question allows a lag: after each of a few writes, the other process is asked until it shows. */
import type { Looks } from "../../../prompts/workload.ts"
import type { Visibility } from "../../evidence.ts"
import { ascending, quantile } from "../../measurement/statistics.ts"
import { endTurn, runOn, type Sent, send, takeTurn } from "../arm.ts"
import { judge, type Run } from "../run.ts"

/** Looked for in vain for this many lags, a write is unseen. */
const LAGS = 2
/** Between two looks; a look itself takes a millisecond or more. */
const BETWEEN_MS = 1
/** After so many that never showed, more would say nothing new. */
const MOST_UNSEEN = 3

export async function visible(run: Run, looks: Looks, stage: string): Promise<Visibility> {
  const { candidate, operations } = run
  const delays: number[] = []
  const answers: { sent: Sent }[] = []
  let atOnce = 0
  let unseen = 0
  await takeTurn(candidate)
  for (let i = 0; i < looks.count && unseen < MOST_UNSEEN; i++) {
    run.progress(`visibility ${stage}`, i / looks.count, `${delays.length} writes seen`)
    const { before, call } = looks.look(i)
    const host = (i % 2) as 0 | 1
    const written: Sent[] = []
    for (const write of before) written.push(await send(candidate, (1 - host) as 0 | 1, write, operations))
    const last = written.at(-1)
    // A write that was refused owes nothing.
    if (!last?.reply.ok) continue
    const acknowledgedMs = last.reply.repliedMs
    for (let look = 0; ; look++) {
      const askedMs = performance.now()
      const sent = await send(candidate, host, call, operations)
      answers.push({ sent })
      if (sent.reply.ok && looks.shows(sent.reply.value, last.call)) {
        if (look === 0) atOnce++
        delays.push(Math.max(0, askedMs - acknowledgedMs))
        break
      }
      if (performance.now() - acknowledgedMs > LAGS * operations.lagMs) {
        unseen++
        break
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS))
    }
    await runOn(candidate)
  }
  await endTurn(candidate)
  judge(run, candidate, answers, stage, "visibility")
  const sorted = ascending(delays)
  const at = (q: number) => (sorted.length === 0 ? 0 : quantile(sorted, q))
  const { before, call } = looks.look(0)
  return {
    write: before.at(-1)?.operation ?? call.operation,
    read: call.operation,
    looks: delays.length + unseen,
    unseen,
    atOnce,
    pauseMs: candidate.runsOn.pauseMs,
    delayMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
  }
}
