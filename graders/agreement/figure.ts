/** A figure of agreement with its interval, or the reason why there is none. Knows nothing of judges and people. */
import { resampled } from "./bootstrap.ts"

export interface Figure {
  /** null: there is none; `because` says why. */
  value: number | null
  /** 95%; null: no interval. */
  low: number | null
  high: number | null
  because: string | null
}

/** Computes a figure from sums over answers, so that a resample is a sum over other answers. */
export interface Rule {
  /** NaN where the formula divides by nothing. */
  value(sums: ArrayLike<number>): number
  /** Why the formula's value would tell nothing, in a sentence's second half; null: it tells. */
  whyNone(sums: ArrayLike<number>): string | null
}

/** Below this an interval says more about the resampling than about the answers. */
const FEWEST_FOR_AN_INTERVAL = 5

export const noFigure = (because: string): Figure => ({ value: null, low: null, high: null, because })

/**
 * Each rule's figure over the same answers. `perAnswer` has one list of sums for each answer: answers are what is drawn again, for marks of one
 * answer belong together.
 */
export function figuresOf<Name extends string>(
  perAnswer: readonly ArrayLike<number>[],
  rules: Record<Name, Rule>,
): Record<Name, Figure> {
  const names = Object.keys(rules) as Name[]
  if (perAnswer.length === 0) return recordOf(names, () => noFigure("there is no answer to compare"))
  const whole = sumOf(perAnswer)
  const intervals =
    perAnswer.length < FEWEST_FOR_AN_INTERVAL
      ? null
      : resampled(
          perAnswer,
          names.map((name) => rules[name].value),
        )
  return recordOf(names, (name, index) => {
    const none = rules[name].whyNone(whole)
    if (none !== null) return noFigure(none)
    const value = rules[name].value(whole)
    if (!intervals) return { ...noFigure(`fewer than ${FEWEST_FOR_AN_INTERVAL} answers give no interval`), value }
    const interval = intervals[index]!
    if (!interval) return { ...noFigure("too few of the marks differ for an interval"), value }
    return { value, low: Math.min(value, interval.low), high: Math.max(value, interval.high), because: null }
  })
}

/** Element by element. */
export function sumOf(lists: readonly ArrayLike<number>[]): Float64Array {
  const sum = new Float64Array(lists[0]?.length ?? 0)
  for (const list of lists) for (let index = 0; index < sum.length; index++) sum[index]! += list[index]!
  return sum
}

function recordOf<Name extends string, Value>(
  names: Name[],
  make: (name: Name, index: number) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name, index) => [name, make(name, index)])) as Record<Name, Value>
}
