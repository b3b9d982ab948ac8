/** Holds a route to a limit of its own, beside the one for all calls. */
import type { Context } from "./context.ts"
import type { Limit } from "./limits.ts"
import { refuse } from "./refuse.ts"

/** Throws where it was too often, and says when to come again. `what`: "That was a lot of ...". */
export async function bounded(
  { limits, response }: Pick<Context, "limits" | "response">,
  limit: Limit,
  who: string,
  what: string,
): Promise<void> {
  const wait = await limits.take(limit, who)
  if (wait === 0) return
  response.setHeader("Retry-After", String(wait))
  throw refuse.tooMany(`That was a lot of ${what}. Try again in ${wait} s.`)
}
