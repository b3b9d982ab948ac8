/** Bands: a subtotal in words. The measured band stands by itself; the overall one waits for both parts. */
import { points as written } from "./figures.ts"
import { BANDS, type Band } from "./report.ts"

const EDGES: { band: Band; from: number }[] = [
  { band: "strong", from: 0.9 },
  { band: "adequate", from: 0.7 },
  { band: "weak", from: 0 },
]

export const bandOf = (points: number, outOf: number): Band =>
  EDGES.find((edge) => points >= edge.from * outOf - 1e-9)!.band

/** Where the bands begin, best first: "strong from 67.5, adequate from 52.5". */
export const edgesIn = (outOf: number): string =>
  EDGES.filter(({ from }) => from > 0)
    .map(({ band, from }) => `${band} from ${written(from * outOf)}`)
    .join(", ")

/** The worse of two bands. */
export const worse = (one: Band, other: Band): Band => (BANDS.indexOf(one) > BANDS.indexOf(other) ? one : other)

/** Said where a total lies within a point, or within its interval, of a band's edge; null elsewhere. */
export function nearEdge(
  points: number,
  outOf: number,
  interval: { low: number; high: number } | null,
  what: string,
): string | null {
  for (const [index, { band, from }] of EDGES.entries()) {
    const edge = from * outOf
    if (edge === 0) continue
    const within = Math.abs(points - edge) <= 1
    const straddles = interval !== null && interval.low < edge && edge <= interval.high
    if (!within && !straddles) continue
    const distance = within ? "within a point of" : "within its interval of"
    return `${what} ${written(points)} of ${written(outOf)} is ${distance} the edge between ${EDGES[index + 1]!.band} and ${band} (${written(edge)}).`
  }
  return null
}
