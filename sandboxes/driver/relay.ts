/**
 * Between one host and the engine: passes bytes both ways, knows what is outstanding, counts round trips and bytes, enforces quotas, and lets
 * nothing through while it is not the arm's turn. It is in the path of every arm in every pass, and understands no protocol itself.
 */
import { chmod } from "node:fs/promises"
import { connect, createServer, type Server, type Socket } from "node:net"
import type { EngineDefinition, Space, WireInspector } from "../engines/engine.ts"
import type { Rejection } from "../evidence.ts"
import { type HeldReplies, holdReplies, type Waits } from "./held-replies.ts"
import type { Quotas } from "./quotas.ts"

export interface Traffic {
  /** Work requests sent, housekeeping left out. */
  roundTrips: number
  /**
   * Rounds of requests: those that wait for no reply of each other are one. Exact while replies are held (`holdReplies`); else those that were
   * sent while none was outstanding.
   */
  waves: number
  requestBytes: number
  replyBytes: number
  largestValueBytes: number
  /** Requests that read the engine's own tables. */
  systemReads: number
}

export const NO_TRAFFIC: Readonly<Traffic> = {
  roundTrips: 0,
  waves: 0,
  requestBytes: 0,
  replyBytes: 0,
  largestValueBytes: 0,
  systemReads: 0,
}

export interface Relay {
  /** Totals since the relay was opened. */
  traffic(): Traffic
  /** How often each key was named since this was asked last; empty where the engine does not show keys on the wire. */
  takeKeys(): Map<string, number>
  outstanding(): number
  /** Resolves when no request is outstanding, at once if none is. */
  quiet(): Promise<void>
  /** Closes all connections for good and passes nothing more: what is outstanding is of no use any more. */
  refuse(rejection: Rejection): void
  /** Since when no request is outstanding, by performance.now(). */
  quietSinceMs(): number
  /** Called when a request comes in after none was outstanding for this long, milliseconds. */
  onPause(listener: (ms: number) => void): void
  /** Off: bytes wait in both directions. */
  turn(on: boolean): void
  /**
   * From now on replies wait here until all that was asked is answered and the host has nothing more to send before it hears them. So which
   * requests depend on which is seen in what was sent, and not in how fast the engine answered.
   */
  holdReplies(waits: Waits): void
  /** Ends that. Returns for how many milliseconds replies were held that were complete. */
  passReplies(): number
  /** Connections opened from now on lead to this space and may log in to no other. Before, there is nowhere to lead them. */
  leadTo(space: Pick<Space, "address" | "clientSettings">): void
  /** Why connections were closed for what was sent on them, the first few. */
  refusals(): string[]
  close(): Promise<void>
}

export interface RelayOptions {
  /** Path of the unix socket to offer. */
  path: string
  engine: Pick<EngineDefinition, "inspect">
  quotas: Quotas
  /** Told once, at the first excess; from then on nothing passes. */
  onQuota(rejection: Rejection): void
}

/** How long a connection is kept for the replies to what was sent on it, whether its host end is still there or not. */
const LINGER_MS = 30_000
const REFUSALS_KEPT = 8
/** Keys beyond so many are not counted: one that is asked for all the time is among the first. */
const KEYS_COUNTED = 50_000

interface Link {
  host: Socket
  engine: Socket
  inspector: WireInspector
  /** The other side is slow: nothing more is read until it has taken what there is. */
  upBlocked: boolean
  downBlocked: boolean
  /** Replies, or parts of some, that are held back. */
  held: number
  /** No more requests come. */
  ended: boolean
  /** The host's end is gone. */
  gone: boolean
}

export async function openRelay({ path, engine, quotas, onQuota }: RelayOptions): Promise<Relay> {
  const traffic = { ...NO_TRAFFIC }
  const links = new Set<Link>()
  const refusals: string[] = []
  let keys = new Map<string, number>()
  let space: Pick<Space, "address" | "clientSettings"> | undefined
  let outstanding = 0
  let quietSinceMs = performance.now()
  let pauseEnded = (_ms: number) => {}
  let waiting: (() => void)[] = []
  let on = true
  let over = false
  let holding: HeldReplies | null = null
  let waveIsOpen = false

  /** Lets each side flow or wait as turn, back-pressure and the link's end demand. */
  const steer = (link: Link) => {
    if (on && !link.upBlocked) link.host.resume()
    else link.host.pause()
    if (link.gone || (on && !link.downBlocked)) link.engine.resume()
    else link.engine.pause()
    // The engine works on whether or not its client is there: a connection ends when its requests are answered, and no sooner.
    if (!link.ended || link.inspector.outstanding() > 0 || link.held > 0) return
    if (link.gone) link.engine.destroy()
    else link.host.destroySoon()
  }
  const changeOutstanding = (by: number) => {
    if (outstanding === 0 && by > 0) pauseEnded(performance.now() - quietSinceMs)
    outstanding += by
    if (outstanding > 0) return
    if (by !== 0) quietSinceMs = performance.now()
    if (waiting.length === 0) return
    const resolvers = waiting
    waiting = []
    for (const resolve of resolvers) resolve()
  }
  const refuseArm = (rejection: Rejection) => {
    if (!over) onQuota(rejection)
    over = true
    // What the engine still owes them is of no use any more, and what was held back here would be waited for in vain.
    for (const link of links) {
      link.host.destroy()
      link.engine.destroy()
    }
  }
  const refuseLink = (link: Link, why: string) => {
    if (refusals.length < REFUSALS_KEPT) refusals.push(why)
    link.host.destroy()
  }

  const request = (link: Link, chunk: Buffer) => {
    const before = link.inspector.outstanding()
    const seen = link.inspector.request(chunk)
    if (seen.messages > 0) {
      if (holding ? !waveIsOpen : outstanding === 0) traffic.waves += 1
      waveIsOpen = true
    }
    holding?.requested()
    changeOutstanding(link.inspector.outstanding() - before)
    traffic.roundTrips += seen.messages
    traffic.requestBytes += seen.workBytes
    traffic.largestValueBytes = Math.max(traffic.largestValueBytes, seen.largestValueBytes)
    traffic.systemReads += seen.systemReads ?? 0
    for (const key of seen.keys ?? []) {
      const times = keys.get(key)
      if (times !== undefined || keys.size < KEYS_COUNTED) keys.set(key, (times ?? 0) + 1)
    }
    const rejection = quotas.requested(seen, outstanding)
    if (rejection) return refuseArm(rejection)
    for (const bytes of seen.pass) link.upBlocked = !link.engine.write(bytes)
    if (seen.refuse) refuseLink(link, seen.refuse)
    else if (link.upBlocked) steer(link)
  }
  const reply = (link: Link, chunk: Buffer) => {
    const before = link.inspector.outstanding()
    const seen = link.inspector.reply(chunk)
    traffic.replyBytes += seen.workBytes
    const pass = () => {
      if (!link.gone) for (const bytes of seen.pass) link.downBlocked = !link.host.write(bytes)
    }
    if (!holding) pass()
    changeOutstanding(link.inspector.outstanding() - before)
    if (holding) hold(link, chunk.length, pass)
    if (seen.refuse) refuseLink(link, seen.refuse)
    else if (link.downBlocked || link.ended) steer(link)
  }
  const hold = (link: Link, bytes: number, pass: () => void) => {
    link.held++
    holding?.hold(bytes, () => {
      link.held--
      pass()
      steer(link)
    })
  }

  const open = (host: Socket) => {
    host.on("error", () => {})
    const rejection = over ? null : quotas.connected(links.size + 1)
    if (rejection) refuseArm(rejection)
    if (over || !space) return void host.destroy()
    const upstream = connect({ ...space.address, noDelay: true })
    const inspector = engine.inspect(space.clientSettings)
    const link: Link = {
      host,
      engine: upstream,
      inspector,
      upBlocked: false,
      downBlocked: false,
      held: 0,
      ended: false,
      gone: false,
    }
    links.add(link)
    host.on("data", (chunk: Buffer) => request(link, chunk))
    host.on("drain", () => {
      link.downBlocked = false
      steer(link)
    })
    host.on("end", () => {
      link.ended = true
      steer(link)
    })
    host.on("close", () => {
      link.ended = true
      link.gone = true
      steer(link)
    })
    // Whatever the inspector waits for after so long a silence will not come: nothing may be outstanding for ever.
    upstream.setTimeout(LINGER_MS, () => {
      if (link.gone || inspector.outstanding() > 0) upstream.destroy()
    })
    upstream.on("data", (chunk: Buffer) => reply(link, chunk))
    upstream.on("drain", () => {
      link.upBlocked = false
      steer(link)
    })
    upstream.on("error", () => {})
    upstream.on("close", () => {
      links.delete(link)
      changeOutstanding(-inspector.outstanding())
      if (holding && link.held > 0) hold(link, 0, () => host.destroySoon())
      else host.destroySoon()
    })
    steer(link)
  }
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, open)
  await listenForHost(server, path)

  return {
    traffic: () => ({ ...traffic }),
    takeKeys() {
      const taken = keys
      keys = new Map()
      return taken
    },
    outstanding: () => outstanding,
    quietSinceMs: () => quietSinceMs,
    onPause: (listener) => {
      pauseEnded = listener
    },
    quiet: () => (outstanding === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    refuse: refuseArm,
    turn(next) {
      if (on === next) return
      on = next
      for (const link of links) steer(link)
    },
    holdReplies(waits) {
      waveIsOpen = false
      holding = holdReplies({
        waits,
        outstanding: () => outstanding,
        onDelivered: () => {
          waveIsOpen = false
        },
      })
    },
    passReplies() {
      const ms = holding?.end() ?? 0
      holding = null
      return ms
    },
    leadTo: (next) => {
      space = next
    },
    refusals: () => [...refusals],
    close: () =>
      new Promise((resolve) => {
        for (const link of links) {
          link.host.destroy()
          link.engine.destroy()
        }
        server.close(() => resolve())
      }),
  }
}

/** Listens on a unix socket that the host's own uid may connect to; who else could is decided by who mounts the volume. */
export async function listenForHost(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(path, () => {
      server.off("error", reject)
      resolve()
    })
  })
  await chmod(path, 0o666)
}
