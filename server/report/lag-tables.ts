/** How long it takes until a write shows, and what a burst in the middle of the peak does to the others: shown, never scored. */
import { milliseconds, number } from "../../graders/figures.ts"
import type { Report } from "../../graders/report.ts"
import type { Latency } from "../../sandboxes/evidence.ts"
import type { Cell, Table } from "./tables.ts"

export function visibilityTable({ evidence }: Report): Table | null {
  const seen = evidence?.visibility
  if (!seen) return null
  const { write, read, looks, atOnce, unseen, delayMs } = seen
  return {
    title: `How long until a ${write} shows in a ${read} of the other process? n = ${number(looks)}`,
    head: ["design", "p50 ms", "p99 ms", "max ms", "at the first look", "never seen"],
    rows: [["this design", delayMs.p50, delayMs.p99, delayMs.max, atOnce, unseen]],
  }
}

/** One sentence beside the figures. */
export function visibilityText({ evidence, comparison }: Report): string {
  const lagMs = comparison?.question.lagMs ?? 0
  const seen = evidence?.visibility
  if (!seen) return ""
  const works =
    seen.pauseMs > 0
      ? ` It works on after its replies, so each write was given until ${milliseconds(seen.pauseMs)} without a request, and charged for what it did meanwhile.`
      : ""
  const sure = `From the acknowledgement to the first look that showed it; ${milliseconds(lagMs)} are allowed.${works}`
  return seen.unseen > 0 ? `${sure} ${number(seen.unseen)} were not seen within twice that.` : sure
}

/** A table per phase: each window, whose calls they were, and how everybody else's calls fared in it. */
export function phaseTables({ evidence, comparison }: Report): Table[] {
  const windows = evidence?.peak?.phases ?? []
  const phases = comparison?.question.phases ?? []
  return phases.flatMap((phase): Table[] => {
    const mine = windows.filter((window) => window.phase === phase.id)
    if (mine.length === 0) return []
    const calm = evidence?.peak?.operations.find(({ operation }) => operation === phase.watch)
    const row = (when: string, whose: string, { p50, p99, max, count, failed }: Latency): Cell[] => [
      `${whose}, ${when}`,
      p50,
      p99,
      max,
      count,
      failed,
    ]
    return [
      {
        title: `${phase.title}: how does everybody else's ${phase.watch} fare?`,
        head: ["calls of", "p50 ms", "p99 ms", "max ms", "n", "failed"],
        rows: [
          ...(calm ? [row("without", "this design", calm.candidate), row("without", "strong", calm.strong)] : []),
          ...mine.flatMap(({ by, own, others }) => {
            const whose = by === "candidate" ? "this design" : "strong"
            const when = `while ${whose} does so`
            return [
              row(when, "this design", others.candidate),
              row(when, "strong", others.strong),
              row("these calls themselves", `${phase.operation} by ${whose}`, own),
            ]
          }),
        ],
      },
    ]
  })
}
