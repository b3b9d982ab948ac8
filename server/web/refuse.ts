/** Refusals: the caller's mistake, with a code and a sentence. */
import { ORPCError } from "@orpc/server"

export const refuse = {
  badRequest: (message: string) => new ORPCError("BAD_REQUEST", { message }),
  forbidden: (message: string) => new ORPCError("FORBIDDEN", { message }),
  notFound: (message: string) => new ORPCError("NOT_FOUND", { message }),
  conflict: (message: string, data?: Record<string, unknown>) => new ORPCError("CONFLICT", { message, data }),
  tooMany: (message: string) => new ORPCError("TOO_MANY_REQUESTS", { message }),
}
