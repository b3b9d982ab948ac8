/** What an arm's hosts may ask of the engine, and the named sentence for each excess. Sees traffic only as the relay reports it. */
import { type Inspection, OTHER_STATEMENTS } from "../engines/engine.ts"
import type { Rejection } from "../evidence.ts"

/** Per host, hence half of what an arm has. */
export interface QuotaLimits {
  connections: number
  /** Requests sent and not answered. */
  inFlight: number
  /** Since the process was started. */
  logins: number
  valueBytes: number
  /** Different statement texts. */
  statements: number
  /** What becomes of those beyond it. */
  furtherStatements: "are refused" | "are one"
  /** Request bytes in all. */
  requestBytes: number
}

export const QUOTAS: QuotaLimits = {
  connections: 8,
  inFlight: 1024,
  logins: 64,
  valueBytes: 1024 * 1024,
  statements: 200,
  furtherStatements: "are refused",
  requestBytes: 1024 * 1024 * 1024,
}

export interface Quotas {
  /** Each returns the rejection if this is one too many. */
  connected(open: number): Rejection | null
  requested(inspection: Inspection, outstanding: number): Rejection | null
  /** A fresh process starts with a fresh count of log-ins. */
  processStarted(): void
  /** Statement texts seen, as the inspector normalises them. */
  statements(): string[]
  /** Texts that a connection sent for the first time since this was last asked. */
  takeNewStatements(): string[]
}

const LONGEST_EXCERPT = 300

export function quotasOf(limits: QuotaLimits): Quotas {
  const statements = new Set<string>()
  let fresh = new Set<string>()
  let logins = 0
  let requestBytes = 0
  return {
    connected: (open) =>
      open > limits.connections
        ? excess(`more than ${limits.connections} connections to the engine at once from one process: share one client`)
        : null,
    requested(inspection, outstanding) {
      logins += inspection.logins
      requestBytes += inspection.workBytes
      for (const text of inspection.statements) {
        const isKnown = statements.size < limits.statements || statements.has(text)
        const named = isKnown || limits.furtherStatements === "are refused" ? text : OTHER_STATEMENTS
        fresh.add(named)
        if (isKnown || named === OTHER_STATEMENTS) statements.add(named)
        else
          return excess(
            `more than ${limits.statements} different statements: bind values as parameters of a few prepared statements`,
            text,
          )
      }
      if (outstanding > limits.inFlight)
        return excess(
          `more than ${limits.inFlight} requests to the engine in flight at once from one process: wait for replies`,
        )
      if (logins > limits.logins)
        return excess(
          `more than ${limits.logins} log-ins to the engine from one process: connect once and keep the client`,
        )
      if (inspection.largestValueBytes > limits.valueBytes)
        return excess(
          `a value of ${inspection.largestValueBytes.toLocaleString("en")} bytes; the most is ${limits.valueBytes.toLocaleString("en")}: spread the data over rows`,
          inspection.statements.at(-1),
        )
      if (requestBytes > limits.requestBytes)
        return excess(`more than ${mib(limits.requestBytes)} sent to the engine in all`)
      return null
    },
    processStarted: () => {
      logins = 0
    },
    statements: () => [...statements],
    takeNewStatements() {
      const taken = [...fresh]
      fresh = new Set()
      return taken
    },
  }
}

/** The engine's data lies in memory: what a submission keeps there is bounded by what it was given to keep. */
export const LIVE_BYTES = { times: 10, least: 64 * 1024 * 1024 } as const

/** The rejection where more is stored than a design could need. `givenBytes`: what the calls so far handed over, as JSON. */
export function storedTooMuch(liveBytes: number, givenBytes: number): Rejection | null {
  const most = Math.max(LIVE_BYTES.least, LIVE_BYTES.times * givenBytes)
  if (liveBytes <= most) return null
  return excess(
    `${mib(liveBytes)} stored in the engine after ${mib(givenBytes)} of data were handed over; at most ${mib(most)} are taken (${LIVE_BYTES.times} times the data, or ${mib(LIVE_BYTES.least)} where that is more)`,
  )
}

const mib = (bytes: number) => `${(bytes / 1024 / 1024).toLocaleString("en", { maximumFractionDigits: 1 })} MiB`

function excess(what: string, excerpt?: string): Rejection {
  return {
    stage: "quota",
    message: `Over quota: ${what}.`,
    ...(excerpt && { excerpt: excerpt.slice(0, LONGEST_EXCERPT) }),
  }
}
