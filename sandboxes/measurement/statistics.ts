/** Order statistics of a sample. Nothing here knows what the numbers mean. */

/** The q-quantile (0..1) of an ascending sample by linear interpolation (type 7 of Hyndman and Fan). NaN for an empty sample. */
export function quantile(ascending: ArrayLike<number>, q: number): number {
  if (ascending.length === 0) return Number.NaN
  const position = q * (ascending.length - 1)
  const low = Math.floor(position)
  const high = Math.min(low + 1, ascending.length - 1)
  // Between two infinite ones there is no line.
  if (ascending[low] === ascending[high]) return ascending[low]
  return ascending[low] + (ascending[high] - ascending[low]) * (position - low)
}

export function ascending(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort()
}

export function median(values: Iterable<number>): number {
  return quantile(ascending(values), 0.5)
}

export function mean(values: Iterable<number>): number {
  let sum = 0
  let count = 0
  for (const value of values) {
    sum += value
    count++
  }
  return count === 0 ? Number.NaN : sum / count
}

const TAIL_FROM = 0.95
const TAIL_TO = 0.995
const TAIL_STEPS = 18

/**
 * The slow tail of an ascending sample: geometric mean of its quantiles from 0.95 to 0.995. It says what p99 says, and is less a matter of chance: of
 * some hundred calls p99 is one or two, and the very slowest are left out of both. NaN for an empty sample.
 */
export function slowTail(ascending: ArrayLike<number>): number {
  let sum = 0
  for (let step = 0; step <= TAIL_STEPS; step++)
    sum += Math.log(quantile(ascending, TAIL_FROM + (step / TAIL_STEPS) * (TAIL_TO - TAIL_FROM)))
  return Math.exp(sum / (TAIL_STEPS + 1))
}

/** Mean of the middle half: as steady as the mean, as deaf to outliers as the quartiles. NaN for an empty sample. */
export function midmean(values: Iterable<number>): number {
  const sorted = ascending(values)
  const cut = Math.floor(sorted.length / 4)
  return mean(sorted.subarray(cut, sorted.length - cut))
}
