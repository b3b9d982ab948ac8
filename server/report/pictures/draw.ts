/** Draws an Observable Plot as one inline SVG that a screen reader meets as a single picture. Labels are text nodes, never markup. */
import * as Plot from "@observablehq/plot"
import { escaped, type Markup, trusted } from "../markup.ts"
import { document } from "./document.ts"

/** Colours come from the page's style sheet, so that one picture serves light and dark. */
export const INK = {
  candidate: "var(--accent)",
  reference: "var(--muted)",
  warning: "var(--warning)",
  line: "var(--line)",
  text: "var(--ink)",
} as const

/** Narrow, so that letters stay legible when a phone scales the picture down. */
export const WIDTH = 440
export const HEIGHT = 260

/** `alternative` says the finding in words. */
export function draw(options: Plot.PlotOptions, alternative: string): Markup {
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    // The name of the upright axis stands above its topmost label.
    marginTop: 32,
    marginLeft: 52,
    marginBottom: 40,
    marginRight: 16,
    style: { fontSize: "13px", background: "none", overflow: "visible" },
    ...options,
  } as Plot.PlotOptions)
  // Within one picture the marks are not announced one by one.
  for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label")
  svg.setAttribute("role", "img")
  svg.setAttribute("aria-label", alternative)
  svg.removeAttribute("width")
  svg.removeAttribute("height")
  return trusted(svg.outerHTML)
}

/** Powers of ten (and 2 and 5 of them where there is room) that enclose the values: a log axis whose ends are ticks. */
export function logTicks(values: number[]): { domain: [number, number]; ticks: number[] } {
  const positive = values.filter((value) => value > 0)
  const low = Math.floor(Math.log10(Math.min(...positive, 1e9)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive, 10 ** low))))
  const steps = high - low <= 2 ? [1, 2, 5] : [1]
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index))
    .flatMap((power) => steps.map((step) => step * power))
    .filter((tick) => tick <= 10 ** high)
  return { domain: [10 ** low, 10 ** high], ticks }
}

/** Powers of two of bytes that enclose the values, a few of them as ticks. */
export function byteTicks(values: number[]): { domain: [number, number]; ticks: number[] } {
  const positive = values.filter((value) => value > 0)
  const low = Math.floor(Math.log2(Math.min(...positive, 2 ** 60)))
  const high = Math.max(low + 1, Math.ceil(Math.log2(Math.max(...positive, 2 ** low))))
  const step = Math.max(1, Math.ceil((high - low) / 5))
  const ticks = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => 2 ** (low + index * step))
  return { domain: [2 ** low, Math.max(2 ** high, ticks.at(-1)!)], ticks }
}

/** 1500 -> "1.5k": ticks stay short, tables give the exact figures. */
export const tick = (value: number): string =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 1000 ? `${value / 1000}k` : Number(value.toPrecision(3)).toString()

/**
 * A logarithmic axis with a label at each of these ticks. Plot's own leaves out labels that are no round number of the decade, and sizes of the
 * data are seldom round.
 */
export function logAxisX(ticks: number[], label: string): Plot.Markish[] {
  return [
    Plot.axisX(ticks, {
      text: (value: number) => tick(value),
      tickSize: 4,
      label,
      labelAnchor: "center",
      labelArrow: "none",
    }),
  ]
}

export function logAxisY(ticks: number[], label: string, write: (value: number) => string): Plot.Markish[] {
  return [
    Plot.gridY(ticks, { strokeOpacity: 0.12 }),
    Plot.axisY(ticks, { text: (value: number) => write(value), tickSize: 0, label, labelArrow: "none" }),
  ]
}

export interface Swatch {
  name: string
  colour: string
  dash: string
  thick: boolean
  /** A shape instead of a line. */
  shape?: string
}

/** Dashes tell the designs apart where colour does not. */
const DASHES = ["", "", "6 3", "2 3", "8 3 2 3", "1 4"]

export const swatchOf = (name: string, index: number): Swatch => ({
  name,
  colour: index === 0 ? INK.candidate : INK.reference,
  dash: DASHES[index % DASHES.length]!,
  thick: index === 0,
})

/** The legend as a list beside the picture. */
export function legend(swatches: Swatch[]): Markup {
  const items = swatches.map(({ name, colour, dash, thick, shape }) => {
    const drawn =
      shape ??
      `<line x1="0" y1="5" x2="28" y2="5" stroke="${colour}" stroke-width="${thick ? 3 : 1.8}" stroke-dasharray="${dash}"/>`
    return `<li><svg viewBox="0 0 28 10" aria-hidden="true">${drawn}</svg>${escaped(name)}</li>`
  })
  return trusted(`<ul class="legend">${items.join("")}</ul>`)
}
