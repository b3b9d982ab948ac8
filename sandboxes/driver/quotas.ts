/** What an arm's hosts may ask of the engine, and the named sentence for each excess. Sees traffic only as the relay reports it. */
import type { Inspection } from "../engines/engine.ts"
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
  /** Request bytes in all; the driver lowers it to a multiple of what the strong reference sends. */
  requestBytes: number
}

export const QUOTAS: QuotaLimits = {
  connections: 8,
  inFlight: 1024,
  logins: 64,
  valueBytes: 1024 * 1024,
  statements: 200,
  requestBytes: 1024 * 1024 * 1024,
}

export interface Quotas {
  /** Each returns the rejection if this is one too many. */
  connected(open: number): Rejection | null
  requested(inspection: Inspection, outstanding: number): Rejection | null
  /** A fresh process starts with a fresh count of log-ins. */
  processStarted(): void
  limitRequestBytes(bytes: number): void
  /** Statement texts seen, as the inspector normalises them. */
  statements(): string[]
  /** Texts that a connection sent for the first time since this was last asked. */
  takeNewStatements(): string[]
}

const LONGEST_EXCERPT = 300

export function quotasOf(limits: QuotaLimits): Quotas {
  const statements = new Set<string>()
  let fresh = new Set<string>()
  let { requestBytes: mostRequestBytes } = limits
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
        fresh.add(text)
        if (statements.size < limits.statements || statements.has(text)) statements.add(text)
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
      if (requestBytes > mostRequestBytes)
        return excess(`more than ${(mostRequestBytes / 1024 / 1024).toFixed(0)} MiB sent to the engine in all`)
      return null
    },
    processStarted: () => {
      logins = 0
    },
    limitRequestBytes: (bytes) => {
      mostRequestBytes = bytes
    },
    statements: () => [...statements],
    takeNewStatements() {
      const taken = [...fresh]
      fresh = new Set()
      return taken
    },
  }
}

function excess(what: string, excerpt?: string): Rejection {
  return {
    stage: "quota",
    message: `Over quota: ${what}.`,
    ...(excerpt && { excerpt: excerpt.slice(0, LONGEST_EXCERPT) }),
  }
}
