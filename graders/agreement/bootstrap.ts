/** Percentile intervals by drawing answers again with replacement (Efron 1979). The same for the same marks: the generator is seeded. */

const RESAMPLES = 2000
/** Any number would do; this one is written down so that a rerun prints the same. */
const SEED = 20_261_125
/** Where more resamples than this have no figure, those that have one are no fair sample of it. */
const MOST_WITHOUT = 0.5

export interface Interval {
  low: number
  high: number
}

/**
 * The 95% interval of each figure, from resamples that all figures share. `perAnswer` has one list of sums per answer; a figure is computed from
 * their sum. null: in most resamples there is no such figure.
 */
export function resampled(
  perAnswer: readonly ArrayLike<number>[],
  figures: readonly ((sums: ArrayLike<number>) => number)[],
): (Interval | null)[] {
  const size = perAnswer[0]?.length ?? 0
  const random = generator(SEED ^ perAnswer.length)
  const values = figures.map((): number[] => [])
  const sums = new Float64Array(size)
  for (let round = 0; round < RESAMPLES; round++) {
    sums.fill(0)
    for (let drawn = 0; drawn < perAnswer.length; drawn++) {
      const one = perAnswer[Math.floor(random() * perAnswer.length)]!
      for (let index = 0; index < size; index++) sums[index]! += one[index]!
    }
    for (const [index, figure] of figures.entries()) {
      const value = figure(sums)
      if (Number.isFinite(value)) values[index]!.push(value)
    }
  }
  return values.map((found) => {
    if (found.length < RESAMPLES * (1 - MOST_WITHOUT)) return null
    const sorted = found.sort((a, b) => a - b)
    return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }
  })
}

/** By linear interpolation (type 7 of Hyndman and Fan 1996). */
function quantile(ascending: number[], q: number): number {
  const position = q * (ascending.length - 1)
  const low = Math.floor(position)
  const high = Math.min(low + 1, ascending.length - 1)
  return ascending[low]! + (ascending[high]! - ascending[low]!) * (position - low)
}

/** mulberry32: small, and good enough for drawing answers. */
function generator(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
