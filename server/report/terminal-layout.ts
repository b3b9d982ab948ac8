/** How a terminal page is laid out: wrapping, tables, bars, headings. Knows nothing of reports. */
import { styleText } from "node:util"

export interface Paper {
  columns: number
  colour: boolean
}

type Style = Parameters<typeof styleText>[0]

export interface Page {
  line(text?: string): void
  heading(text: string): void
  /** Wrapped to the width, later lines indented by `indent` more. */
  paragraph(text: string, indent?: number, first?: string): void
  table(head: string[], rows: string[][], align?: ("left" | "right")[]): void
  style(style: Style, text: string): string
  text(): string
}

const FEWEST_COLUMNS = 76
const MOST_COLUMNS = 120

export function page({ columns, colour }: Paper): Page {
  const width = Math.min(MOST_COLUMNS, Math.max(FEWEST_COLUMNS, columns))
  const lines: string[] = []
  const style = (name: Style, text: string) => (colour ? styleText(name, text, { validateStream: false }) : text)
  return {
    style,
    line: (text = "") => void lines.push(text),
    heading(text) {
      const wrapped = wrap(text, width)
      const longest = Math.max(...wrapped.map((line) => line.length))
      lines.push("", ...wrapped.map((line) => style("bold", line)), "─".repeat(longest))
    },
    paragraph(text, indent = 0, first = "") {
      const [head = "", ...rest] = wrap(text, width - indent)
      const lead = first.padEnd(indent)
      lines.push(lead + head, ...rest.map((line) => " ".repeat(indent) + line))
    },
    table(head, rows, align = []) {
      lines.push(...tableLines(head, rows, align, width).map((line, index) => (index < 1 ? style("dim", line) : line)))
    },
    text: () => lines.join("\n"),
  }
}

/** Breaks text at spaces; a word longer than a line is broken where it must be. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split("\n")) {
    let line = ""
    for (let word of paragraph.split(" ")) {
      while (word.length > width) {
        if (line) lines.push(line)
        line = ""
        lines.push(word.slice(0, width))
        word = word.slice(width)
      }
      if (line && line.length + 1 + word.length > width) {
        lines.push(line)
        line = word
      } else line = line ? `${line} ${word}` : word
    }
    lines.push(line)
  }
  return lines
}

/** Columns as wide as they need; the widest gives way, and what does not fit is cut with an ellipsis. */
function tableLines(head: string[], rows: string[][], align: ("left" | "right")[], width: number): string[] {
  const gap = 2
  const widths = head.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)))
  for (;;) {
    const over = widths.reduce((sum, one) => sum + one, 0) + gap * (widths.length - 1) - width
    if (over <= 0) break
    const widest = widths.indexOf(Math.max(...widths))
    widths[widest] = Math.max(6, widths[widest]! - over)
    if (widths[widest] === 6) break
  }
  const fit = (text: string, index: number) => {
    const size = widths[index]!
    const cut = text.length > size ? `${text.slice(0, size - 1)}…` : text
    return align[index] === "right" ? cut.padStart(size) : cut.padEnd(size)
  }
  return [head, ...rows].map((row) => row.map(fit).join(" ".repeat(gap)).trimEnd())
}

/** A share as a bar of `size` characters. */
export function bar(share: number, size: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * size)
  return "█".repeat(filled) + "░".repeat(size - filled)
}
