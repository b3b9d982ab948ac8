/**
 * Replies that wait until the host can do nothing without them. The requests between two deliveries are then those that do not depend on each
 * other's replies, however fast the engine or slow the host is. Knows no sockets.
 */

/**
 * Resolves to null where the host's process is at work, and else to how often it has gone to sleep: where that is the same twice in a row, it
 * has slept all the time between, and had sent all that it can send.
 */
export type Waits = () => Promise<string | null>

export interface HeldReplies {
  /** A reply, or a part of one. `deliver` passes it on. */
  hold(bytes: number, deliver: () => void): void
  /** Requests came in. */
  requested(): void
  /** Delivers what is held and holds nothing any more. Returns for how many milliseconds replies were held that were complete. */
  end(): number
}

export interface HeldRepliesOptions {
  waits: Waits
  outstanding(): number
  /** Replies were delivered: what is sent from now on may depend on them. */
  onDelivered(): void
}

/**
 * No longer and no more than this is held: a reply may be waited for that needs another request first. Time counts in ticks, of which a driver
 * that stands still misses some: it has not looked meanwhile either.
 */
const TICK_MS = 100
const LONGEST_HOLD_TICKS = 10
const MOST_HELD_BYTES = 8 * 1024 * 1024
/** A process at work is not asked all the time: it shares its core with who asks. */
const BUSY_MS = 1

export function holdReplies({ waits, outstanding, onDelivered }: HeldRepliesOptions): HeldReplies {
  let held: (() => void)[] = []
  let heldBytes = 0
  let requests = 0
  let looking = false
  let over = false
  let completeSinceMs: number | null = null
  let waitedMs = 0
  let ticks = 0
  let clock: NodeJS.Timeout | undefined

  const deliver = () => {
    clearInterval(clock)
    clock = undefined
    if (completeSinceMs !== null) waitedMs += performance.now() - completeSinceMs
    completeSinceMs = null
    const all = held
    held = []
    heldBytes = 0
    for (const pass of all) pass()
    onDelivered()
  }
  const look = async () => {
    if (looking) return
    looking = true
    let before: string | null = null
    let seen = requests
    while (!over && held.length > 0 && outstanding() === 0) {
      completeSinceMs ??= performance.now()
      const now = await waits()
      const slept = now !== null && now === before && requests === seen
      before = now
      seen = requests
      if (now === null) await new Promise((resolve) => setTimeout(resolve, BUSY_MS))
      if (slept && held.length > 0 && outstanding() === 0) deliver()
    }
    if (held.length > 0) completeSinceMs = null
    looking = false
  }

  return {
    hold(bytes, pass) {
      if (over) return pass()
      held.push(pass)
      heldBytes += bytes
      if (heldBytes > MOST_HELD_BYTES) return deliver()
      if (!clock) {
        ticks = 0
        clock = setInterval(() => ++ticks === LONGEST_HOLD_TICKS && deliver(), TICK_MS)
      }
      void look()
    },
    requested() {
      requests++
    },
    end() {
      over = true
      if (held.length > 0) deliver()
      return waitedMs
    },
  }
}
