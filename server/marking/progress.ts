/** How far the marking is: one line that is rewritten on a terminal, a line now and then elsewhere. */
import { count, number } from "../../graders/figures.ts"

export interface Progress {
  marked(what: { usd: number | null; points: number | null }): void
  /** Ends the line that is rewritten. */
  end(): void
}

/** Elsewhere than on a terminal: a log is read later, and every answer would be a line. */
const QUIET_MS = 10_000

export function marking(
  out: Pick<NodeJS.WriteStream, "isTTY" | "write">,
  { before, all, now = () => performance.now() }: { before: number; all: number; now?: () => number },
): Progress {
  const started = now()
  let said = started
  let done = 0
  let without = 0
  let usd: number | null = 0
  const line = () => {
    const seconds = Math.max((now() - started) / 1000, 1e-3)
    const perSecond = done / seconds
    const left = (all - before - done) / perSecond
    const parts = [
      `${before + done} of ${all} answers`,
      `${number(Number(perSecond.toPrecision(2)))}/s`,
      done + before < all ? `${duration(left)} left` : duration(seconds),
      dollars(usd),
      ...(without > 0 ? [`${count(without, "answer")} without marks`] : []),
    ]
    return `  ${parts.join(" · ")}`
  }
  return {
    marked({ usd: cost, points }) {
      done++
      usd = usd === null || cost === null ? null : usd + cost
      if (points === null) without++
      if (out.isTTY) out.write(`\r\x1b[2K${line()}`)
      else if (now() - said >= QUIET_MS || before + done === all) {
        said = now()
        out.write(`${line()}\n`)
      }
    },
    end() {
      if (out.isTTY && done > 0) out.write("\n")
    },
  }
}

/** Small sums with the digits that they have: "$0.0042". */
export function dollars(usd: number | null): string {
  if (usd === null) return "cost unknown (the model has no price in prompts/judge)"
  return usd === 0 || usd >= 1 ? `$${usd.toFixed(2)}` : `$${Number(usd.toPrecision(2))}`
}

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "unknown"
  if (seconds < 99.5) return `${Math.round(seconds)} s`
  if (seconds < 99.5 * 60) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
