/** Claims about times and rates. Our figure is put beside them; nothing is decided, because nobody knows which machine was meant. */
import type { Latency } from "../../sandboxes/evidence.ts"
import { milliseconds, number } from "../figures.ts"
import type { Assertion } from "../judge/judgement.ts"
import { lastStage, type Measured, workOf } from "../measured.ts"
import type { Held } from "./claim.ts"
import { said } from "./said.ts"

const OWN_MACHINE = "Times depend on the machine, so this is shown and not scored."

export function showLatency(assertion: Assertion, { evidence }: Measured): Held {
  const at = assertion.percentile ?? 50
  const peak = evidence.peak?.operations.find(({ operation }) => operation === assertion.operation)
  const work = assertion.operation === null ? undefined : workOf(lastStage(evidence), assertion.operation)
  const measured = peak
    ? `${milliseconds(percentileOf(peak.candidate, at))} at p${number(at)} of ${peak.operation} at peak here`
    : work
      ? `${milliseconds(at > 50 ? work.latencyMs.p95 : work.latencyMs.p50)} at p${at > 50 ? 95 : 50} of ${work.operation}, one call at a time, here`
      : undefined
  return shown(assertion, measured)
}

/** The quantiles are evenly spaced, 0 to 1. */
function percentileOf({ quantiles, p50, p95, p99, p999 }: Latency, percentile: number): number {
  const named = { 50: p50, 95: p95, 99: p99, 99.9: p999 }[percentile]
  return named ?? quantiles[Math.round((percentile / 100) * (quantiles.length - 1))] ?? p50
}

export function showThroughput(assertion: Assertion, { evidence }: Measured): Held {
  const peak = evidence.peak?.operations.find(({ operation }) => operation === assertion.operation)
  if (peak)
    return shown(assertion, `${number(peak.perSecond)} calls of ${peak.operation} a second were sent at peak here`)
  return shown(assertion, undefined)
}

function shown(assertion: Assertion, measured: string | undefined): Held {
  const beside = measured === undefined ? "" : ` Measured: ${measured}.`
  return {
    verdict: measured === undefined ? "not measured" : "shown",
    ...(measured === undefined ? {} : { measured }),
    sentence: `Said: ${said(assertion)}.${beside} ${OWN_MACHINE}`,
    answers: false,
  }
}
