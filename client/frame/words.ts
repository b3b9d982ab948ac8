/** Words and figures that several pages show alike. */
import type { ListedSubmission } from "../api/api.ts"

export { engineTitle } from "../../server/report/words.ts"

/** 67.5, never 67.50 or 67.4999. */
export const points = (value: number): string => (Math.round(value * 10) / 10).toFixed(1)

export function measuredText({ measured, total }: { measured: number | null; total: number | null }): string {
  if (total !== null) return `${points(total)} of 100`
  return measured === null ? "no points" : `${points(measured)} measured`
}

const sameYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" })
const otherYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" })
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" })
const exact = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" })

/** Today by the clock, else by the day. */
export function dayOf(iso: string): string {
  const at = new Date(iso)
  const now = new Date()
  if (at.toDateString() === now.toDateString()) return `today, ${clock.format(at)}`
  return (at.getFullYear() === now.getFullYear() ? sameYear : otherYear).format(at)
}
export const momentOf = (iso: string): string => `${otherYear.format(new Date(iso))}, ${clock.format(new Date(iso))}`
export const secondOf = (at: Date): string => exact.format(at)

export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  return `${Math.round(seconds / 60)} min`
}

/** What became of a submission, in a word or two. */
export function stateText(one: ListedSubmission): string {
  switch (one.state) {
    case "queued":
      return "waits"
    case "running":
      return "runs"
    case "measured":
    case "grading":
      return "is being graded"
    case "failed":
      return "broke on our side"
    case "cancelled":
      return "cancelled"
    case "graded":
      if (one.rejected) return "could not be measured"
      if (one.quick) return "measured, for free"
      return one.band ?? one.measuredBand ?? "graded"
  }
}
