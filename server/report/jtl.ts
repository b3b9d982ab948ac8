/**
 * The calls of the peak as a JTL file: the CSV form of Apache JMeter's results with its default columns (JMeter user manual, "CSV log format"),
 * which its report generator reads. Times are whole milliseconds there; the report keeps hundredths.
 */
import type { Report } from "../../graders/report.ts"
import { ascending } from "../../sandboxes/measurement/statistics.ts"

const COLUMNS =
  "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect"

interface Row {
  arm: "candidate" | "strong"
  label: string
  dueMs: number
  endMs: number
  failed: boolean
}

/**
 * One line per call, in the order of their intended times. `elapsed` counts from the intended time, as the report does, so waiting in a queue is
 * part of it. A thread is a call on its way: `grpThreads` are those of the same arm when this one came back, `allThreads` those of both. Bytes are not
 * counted call by call at peak and stand as 0. null: the peak was not sent.
 */
export function renderJtl({ evidence }: Report): string | null {
  const peak = evidence?.peak
  if (!peak?.calls || peak.startedAtMs === undefined || peak.skipped) return null
  const rows = peak.calls
    .flatMap(({ operation, arm, phase, dueMs, latencyMs, failed }): Row[] => {
      const lost = new Set(failed)
      const label = `${operation} (${arm})${phase === undefined ? "" : ` ${phase}`}`
      return dueMs.map((due, index) => ({
        arm,
        label,
        dueMs: due,
        endMs: due + latencyMs[index],
        failed: lost.has(index),
      }))
    })
    .sort((a, b) => a.dueMs - b.dueMs)
  const all = onTheirWay(rows)
  const ofArm = {
    candidate: onTheirWay(rows.filter((row) => row.arm === "candidate")),
    strong: onTheirWay(rows.filter((row) => row.arm === "strong")),
  }
  const startedAtMs = peak.startedAtMs
  const lines = rows.map(({ arm, label, dueMs, endMs, failed }) => {
    const elapsed = Math.round(endMs - dueMs)
    return [
      Math.round(startedAtMs + dueMs),
      elapsed,
      label,
      failed ? "500" : "200",
      failed ? "failed" : "OK",
      `${arm} 1-1`,
      "text",
      !failed,
      failed ? "the call failed or took longer than its limit" : "",
      0,
      0,
      ofArm[arm](endMs),
      all(endMs),
      "null",
      elapsed,
      0,
      0,
    ].join(",")
  })
  return `${[COLUMNS, ...lines].join("\n")}\n`
}

/** How many calls had begun and not come back before a moment, the one that comes back then included. */
function onTheirWay(rows: Row[]): (atMs: number) => number {
  const starts = ascending(rows.map((row) => row.dueMs))
  const ends = ascending(rows.map((row) => row.endMs))
  return (atMs) => below(starts, atMs, true) - below(ends, atMs, false)
}

/** How many of an ascending list are below a value, or equal to it. */
function below(sorted: Float64Array, value: number, orEqual: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] < value || (orEqual && sorted[middle] === value)) low = middle + 1
    else high = middle
  }
  return low
}
