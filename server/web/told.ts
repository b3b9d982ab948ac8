/** What callers are told when something went wrong: a code and a sentence. Never a stack, and nothing of the inside. */
import { ORPCError, ValidationError } from "@orpc/server"
import type { Response } from "express"
import type { z } from "zod"
import { prettifyError, ZodError } from "zod"
import { isAway } from "../store/database.ts"

/** Errors that `told` made: what passes it twice keeps its first cause. */
const TOLD = new WeakSet<object>()

/** Whatever went wrong in words; the inside is its cause, which is logged and never sent. */
export function told(error: unknown): ORPCError<string, unknown> {
  if (error instanceof ORPCError && TOLD.has(error)) return error
  const made = worded(error)
  TOLD.add(made)
  return made
}

function worded(error: unknown): ORPCError<string, unknown> {
  if (error instanceof ORPCError && error.status < 500) {
    const { cause } = error
    if (!(cause instanceof ValidationError)) return error
    const issues = cause.issues as z.core.$ZodIssue[]
    return new ORPCError("BAD_REQUEST", { message: prettifyError(new ZodError(issues)), status: 400, data: { issues } })
  }
  if (isAway(error))
    return new ORPCError("SERVICE_UNAVAILABLE", {
      status: 503,
      message: "The database does not answer at the moment. Nothing is lost that was acknowledged; try again shortly.",
      cause: error,
    })
  if (badJson(error)) return new ORPCError("BAD_REQUEST", { message: "The body is not JSON." })
  const { status } = error as { status?: unknown }
  if (status === 413) return new ORPCError("PAYLOAD_TOO_LARGE", { message: "That is too long." })
  if (status === 415) return new ORPCError("UNSUPPORTED_MEDIA_TYPE", { message: "Send plain JSON, in UTF-8." })
  // Of the path's percent signs, and of connections that break off.
  if (error instanceof URIError || (typeof status === "number" && status >= 400 && status < 500))
    return new ORPCError("BAD_REQUEST", { message: "The request is not understood." })
  return new ORPCError("INTERNAL_SERVER_ERROR", {
    message: "Something broke on our side. It was written down under the id in the header X-Request-Id.",
    cause: error,
  })
}

function badJson(error: unknown): boolean {
  for (let one: unknown = error; one instanceof Error; one = one.cause) if (one instanceof SyntaxError) return true
  return false
}

export function answer(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ defined: false, code, status, message })
}

export function tooOften(response: Response, seconds: number): void {
  response.setHeader("Retry-After", String(seconds))
  answer(response, 429, "TOO_MANY_REQUESTS", `That was too often. Try again in ${seconds} s.`)
}
