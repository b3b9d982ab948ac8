/** Intervals for statistics of series whose neighbours are alike: the moving-block bootstrap (Künsch 1989), the same for the same data. */
import type { Interval } from "../evidence.ts"
import { ascending, midmean, quantile } from "./statistics.ts"

const RESAMPLES = 400

/**
 * 95% percentile interval of `statistic` over resamples of the indices 0..length-1 in blocks of neighbours (cube root of the length, at least
 * 4). Deterministic: the generator is seeded with the length, so evidence that is judged again gives the same interval. Resamples for which
 * the statistic is not finite are left out.
 */
export function blockBootstrap(
  length: number,
  statistic: (indices: Int32Array) => number,
  resamples = RESAMPLES,
): Interval {
  const all = Int32Array.from({ length }, (_, index) => index)
  const value = statistic(all)
  const block = Math.min(length, Math.max(4, Math.round(Math.cbrt(length))))
  const random = mulberry32(length)
  const drawn = new Int32Array(length)
  const values: number[] = []
  for (let round = 0; round < resamples; round++) {
    for (let filled = 0; filled < length; ) {
      const start = Math.floor(random() * (length - block + 1))
      for (let offset = 0; offset < block && filled < length; offset++) drawn[filled++] = start + offset
    }
    const one = statistic(drawn)
    if (Number.isFinite(one)) values.push(one)
  }
  const sorted = ascending(values)
  return { value, low: Math.min(value, quantile(sorted, 0.025)), high: Math.max(value, quantile(sorted, 0.975)) }
}

/**
 * How likely differences whose signs are chance have a midmean this low or lower: their signs are drawn anew (a randomisation test, Fisher 1935), so it
 * asks for no form of distribution.
 */
export function chanceOfLower(differences: number[], resamples = 10 * RESAMPLES): number {
  const seen = midmean(differences)
  const random = mulberry32(differences.length)
  let lower = 0
  for (let round = 0; round < resamples; round++)
    if (midmean(differences.map((one) => (random() < 0.5 ? one : -one))) <= seen) lower++
  return (lower + 1) / (resamples + 1)
}

/** A small generator for resampling only; nothing that a candidate could profit from guessing comes from it. */
function mulberry32(seed: number): () => number {
  let state = seed + 0x6d2b79f5
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
