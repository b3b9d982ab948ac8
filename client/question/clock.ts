/** What is left of a sitting by the server's clock: what the machine here believes the time to be does not matter. */
import type { Sitting } from "../api/api.ts"

/** A sitting, and when this page asked for it (`performance.now()`): what it says of the time is as old as that. */
export type Heard = Sitting & { askedAtMs: number }

/** From when it was asked, not from when the answer came: on a slow line no more is promised than there is. */
export async function heard(ask: () => Promise<Sitting>): Promise<Heard> {
  const askedAtMs = performance.now()
  return { ...(await ask()), askedAtMs }
}

/** null: it has not begun. */
export function secondsLeft({
  deadlineAt,
  now,
  askedAtMs,
}: Pick<Heard, "deadlineAt" | "now" | "askedAtMs">): number | null {
  if (deadlineAt === null) return null
  const whenAskedMs = Date.parse(deadlineAt) - Date.parse(now)
  return Math.max(0, (whenAskedMs - (performance.now() - askedAtMs)) / 1000)
}
