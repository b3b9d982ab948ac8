/** A claim's own figure in words: "about 2 partitions", "1 to 3 partitions", "at most 1.3 MB". */
import { number } from "../figures.ts"
import type { Assertion } from "../judge/judgement.ts"

const ONE: Partial<Record<Assertion["unit"], string>> = {
  partitions: "partition",
  rows: "row",
  writes: "write",
  items: "element",
  "round trips": "round trip",
}

export function said({ low, high, unit, hedge, word, percentile }: Assertion): string {
  const least = low ?? high
  const most = high ?? low
  if (least === null || most === null) return word ?? "no figure"
  const lead = hedge === "exactly" ? "" : `${hedge} `
  const figures = least === most ? inUnit(least, unit) : `${inUnit(least, unit, false)} to ${inUnit(most, unit)}`
  return `${lead}${figures}${percentile === null ? "" : ` at p${percentile}`}`
}

function inUnit(value: number, unit: Assertion["unit"], named = true): string {
  if (unit === "bytes") return decimalBytes(value)
  if (unit === "power") return `a power of ${number(value)}`
  if (!named || unit === "none") return number(value)
  const one = ONE[unit]
  if (!one) return `${number(value)} ${unit}`
  return `${number(value)} ${value === 1 ? one : `${one}s`}`
}

/** As people write sizes: 900,000 bytes are 0.9 MB. */
export function decimalBytes(value: number): string {
  for (const [size, name] of [
    [1e12, "TB"],
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ] as const)
    if (value >= 0.5 * size) return `${number(value / size)} ${name}`
  return `${number(value)} bytes`
}
