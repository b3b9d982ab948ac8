/** The log of a long-running part: JSON lines on stdout. No names, no addresses, no passwords, nothing that people wrote. */
import { type Logger, pino } from "pino"

export function openLog(part: string, level: string): Logger {
  return pino({ level, base: { part, pid: process.pid }, redact: ["*.email", "*.password", "*.token", "*.answer"] })
}
