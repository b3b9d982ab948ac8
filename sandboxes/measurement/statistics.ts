/** Order statistics of a sample. Nothing here knows what the numbers mean. */

/** The q-quantile (0..1) of an ascending sample by linear interpolation (type 7 of Hyndman and Fan). NaN for an empty sample. */
export function quantile(ascending: ArrayLike<number>, q: number): number {
  if (ascending.length === 0) return Number.NaN
  const position = q * (ascending.length - 1)
  const low = Math.floor(position)
  const high = Math.min(low + 1, ascending.length - 1)
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

/** Mean of the middle half: as steady as the mean, as deaf to outliers as the quartiles. NaN for an empty sample. */
export function midmean(values: Iterable<number>): number {
  const sorted = ascending(values)
  const cut = Math.floor(sorted.length / 4)
  return mean(sorted.subarray(cut, sorted.length - cut))
}
