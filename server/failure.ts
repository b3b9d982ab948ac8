/** Our own failures at the edge: a plain sentence with an error id for the person, the stack in a log file for us. */
import { randomBytes } from "node:crypto"
import { appendFileSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"

/** Writes the failure down and returns what to print. Never throws: where the log cannot be written, the sentence says so. */
export function describeFailure(
  error: unknown,
  { stateFolder, doing }: { stateFolder: string; doing: string },
): string {
  const id = randomBytes(4).toString("hex")
  const log = join(stateFolder, "errors.log")
  const message = error instanceof Error && error.message ? error.message : String(error)
  let where = `details are in ${log}`
  try {
    mkdirSync(stateFolder, { recursive: true })
    appendFileSync(log, `${new Date().toISOString()} ${id} ${doing}\n${inspect(error, { depth: 6 })}\n\n`)
  } catch {
    where = `details could not be written to ${log}`
  }
  return `${message.replace(/[^\n\P{Cc}]/gu, " ")}\nThis is a failure on our side (error ${id}; ${where}).`
}
