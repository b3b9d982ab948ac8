/**
 * One process of candidate code as the driver sees it: calls out, replies in, each stamped as close to the socket as can be. Believes nothing of
 * what it says but the value of a reply, and judges none of it.
 */
import { z } from "zod"
import type { Json } from "../../prompts/workload.ts"
import { encodeFrame, frameReader } from "./frames.ts"
import type { Channel } from "./hosts-control.ts"
import { type FromProcess, LARGEST_FRAME_BYTES, type ToProcess } from "./protocol.ts"

/** Times are `performance.now()` of the driver, milliseconds. */
export type Reply =
  | {
      ok: true
      /** undefined where the operation returned nothing. */
      value: Json | undefined
      sentMs: number
      repliedMs: number
      /** When the reply was in and nothing of this host was outstanding at the engine; of calls that overlap, when the reply was in. */
      quietMs: number
    }
  | {
      ok: false
      why: "threw" | "timeout" | "died" | "too-large" | "garbled"
      message: string
      file?: string
      line?: number
      sentMs: number
      repliedMs: number
    }
export type Failure = Extract<Reply, { ok: false }>
type Death = Pick<Failure, "why" | "message">

export interface HostProcess {
  /** `runsOn`: the call ends with its reply, whatever it has left to be done. */
  call(operation: string, args: Json[], options: { limitMs: number; runsOn: boolean }): Promise<Reply>
  /** A call has been answered, and none is open. */
  betweenCalls(): boolean
  /** Sends a frame that is not a call and resolves with the answer, or with how the process ended first. */
  ask(frame: ToProcess): Promise<Answer | Death>
  /** What it printed since it was asked last; "" where it does not say so in time, or has been asked something else. It lives on either way. */
  printed(withinMs: number): Promise<string>
  /** Settles all that is in flight; nothing of the process is heard any more. */
  end(death: Death): void
}

export interface ProcessOptions {
  channel: Channel
  /** Requests of this host at the engine, and when there are none. */
  traffic: { outstanding(): number; quiet(): Promise<void> }
  /** The process broke the rules of the wire and must be killed. It has been ended. */
  onBroken(): void
  /** The channel is closed: the process ended, or closed it. */
  onClosed(): void
}

const words = z.string().transform((text) => text.slice(0, 4096))
const place = { file: words.optional(), line: z.int().positive().optional().catch(undefined) }
const failure = { message: words, ...place }
const AnswerSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("compiled"),
    bundle: z.string(),
    warnings: z.array(z.object({ file: words, line: z.int(), message: words })).max(50),
  }),
  z.object({ type: z.literal("refused"), stage: z.literal("compile"), ...failure, excerpt: words.optional() }),
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("failed"), stage: z.enum(["compile", "connect"]), ...failure }),
  z.object({ type: z.literal("printed"), text: words }),
])
export type Answer = z.infer<typeof AnswerSchema>
const ErrorSchema = z.object(failure)

const GARBLED: Death = { why: "garbled", message: "the process wrote something to its channel that is no reply" }

interface Pending {
  sentMs: number
  limitMs: number
  timer: NodeJS.Timeout
  resolve(reply: Reply): void
}

export function hostProcess({ channel, traffic, onBroken, onClosed }: ProcessOptions): HostProcess {
  const { socket, early } = channel
  const reader = frameReader()
  const pending = new Map<number, Pending>()
  let nextId = 1
  /** The call that overlapped with no other so far. */
  let alone: number | null = null
  /** A call that was answered while requests of its own were still outstanding. */
  let unquiet: ((nowMs: number) => void) | null = null
  let hasAnswered = false
  let asked: ((answer: Answer | Death) => void) | null = null
  let ended: Death | null = null

  const end = (death: Death) => {
    if (ended) return
    ended = death
    const repliedMs = performance.now()
    unquiet?.(repliedMs)
    for (const call of pending.values()) {
      clearTimeout(call.timer)
      call.resolve({ ok: false, ...death, sentMs: call.sentMs, repliedMs })
    }
    pending.clear()
    asked?.(death)
    socket.destroy()
  }
  const broken = (death: Death) => {
    if (ended) return
    end(death)
    onBroken()
  }

  const answered = (id: number, call: Pending, value: Json | undefined, repliedMs: number) => {
    const { sentMs, resolve } = call
    const serial = alone === id
    if (!serial || traffic.outstanding() === 0) {
      clearTimeout(call.timer)
      resolve({ ok: true, value, sentMs, repliedMs, quietMs: repliedMs })
      return
    }
    clearTimeout(call.timer)
    const finish = (reply: Reply) => {
      clearTimeout(timer)
      if (unquiet === settle) unquiet = null
      resolve(reply)
    }
    const settle = (quietMs: number) => finish({ ok: true, value, sentMs, repliedMs, quietMs })
    const message = `it answered, but its requests to the engine went on for more than ${call.limitMs} ms`
    const timer = setTimeout(
      () => finish({ ok: false, why: "timeout", message, sentMs, repliedMs: performance.now() }),
      Math.max(0, sentMs + call.limitMs - repliedMs),
    )
    unquiet = settle
    traffic.quiet().then(() => settle(performance.now()))
  }

  const hear = (bytes: Buffer, atMs: number) => {
    let frame: FromProcess | null
    try {
      frame = JSON.parse(bytes.toString("utf8"))
    } catch {
      return broken(GARBLED)
    }
    if ((frame?.type === "reply" || frame?.type === "error") && frame.id > 0 && frame.id < nextId) {
      const call = pending.get(frame.id)
      // Not pending: it was given up before.
      if (!call) return
      pending.delete(frame.id)
      hasAnswered = true
      if (frame.type === "reply") return answered(frame.id, call, frame.value, atMs)
      const said = ErrorSchema.safeParse(frame)
      if (said.success) {
        clearTimeout(call.timer)
        const { message, file, line } = said.data
        const where = { ...(file !== undefined && { file }), ...(line !== undefined && { line }) }
        return call.resolve({ ok: false, why: "threw", message, ...where, sentMs: call.sentMs, repliedMs: atMs })
      }
      pending.set(frame.id, call)
    }
    const answer = asked && AnswerSchema.safeParse(frame)
    if (!asked || !answer?.success) return broken(GARBLED)
    const resolve = asked
    asked = null
    resolve(answer.data)
  }

  const receive = (chunk: Buffer) => {
    const atMs = performance.now()
    if (ended) return
    const frames = reader.push(chunk)
    if (frames === "too-large")
      return broken({ why: "too-large", message: `the reply is larger than ${LARGEST_FRAME_BYTES / 1024 / 1024} MiB` })
    for (const bytes of frames) if (!ended) hear(bytes, atMs)
  }
  socket.on("data", receive)
  socket.on("close", onClosed)
  if (early.length > 0) receive(early)
  socket.resume()

  const ask = (frame: ToProcess): Promise<Answer | Death> =>
    new Promise((resolve) => {
      if (ended) return resolve(ended)
      asked = resolve
      socket.write(encodeFrame(frame))
    })

  return {
    ask,
    async printed(withinMs) {
      if (asked) return ""
      const late = Promise.withResolvers<null>()
      const timer = setTimeout(() => late.resolve(null), withinMs)
      const answer = await Promise.race([ask({ type: "printed" }), late.promise])
      clearTimeout(timer)
      return answer && "text" in answer ? answer.text : ""
    },
    betweenCalls: () => hasAnswered && pending.size === 0,
    call(operation, args, { limitMs, runsOn }) {
      const id = nextId++
      const bytes = encodeFrame({ type: "call", id, operation, args } satisfies ToProcess)
      return new Promise((resolve) => {
        const sentMs = performance.now()
        if (ended) return resolve({ ok: false, ...ended, sentMs, repliedMs: sentMs })
        unquiet?.(sentMs)
        alone = pending.size === 0 && !runsOn ? id : null
        socket.write(bytes)
        const timer = setTimeout(() => {
          pending.delete(id)
          resolve({
            ok: false,
            why: "timeout",
            message: `no reply within ${limitMs} ms`,
            sentMs,
            repliedMs: performance.now(),
          })
        }, limitMs)
        pending.set(id, { sentMs, limitMs, timer, resolve })
      })
    },
    end,
  }
}
