/** A host as the driver uses it: PID 1's commands, the process that it runs, and the relay to the engine, as one. Times nothing itself. */
import { join } from "node:path"
import type { Json } from "../../prompts/workload.ts"
import type { EngineDefinition, Space } from "../engines/engine.ts"
import type { Rejection } from "../evidence.ts"
import { openControl } from "./hosts-control.ts"
import { type HostProcess, hostProcess, type Reply } from "./hosts-process.ts"
import { type Arm, CONTROL_SOCKET, DRIVER_SOCKETS, ENGINE_SOCKET } from "./protocol.ts"
import { QUOTAS, type QuotaLimits, quotasOf } from "./quotas.ts"
import { openRelay, type Traffic } from "./relay.ts"

export type { Reply } from "./hosts-process.ts"
export type { Traffic } from "./relay.ts"

export interface Host {
  slot: number
  arm: Arm
  /** Resolves when the host's container has connected; rejects after `deadlineMs`. */
  ready(deadlineMs: number): Promise<void>
  /** Ends whatever lives in the host and starts a fresh process. Rejects where the host does not: our fault. */
  start(program: "run" | "compile", deadlineMs: number): Promise<void>
  /** Bundles and type-checks; needs a `compile` process. */
  compile(frame: {
    files: Record<string, string>
    types: Record<string, string>
    imports: string[]
    deadlineMs: number
  }): Promise<Compiled>
  /** Imports and connects the candidate's module; needs a `run` process. */
  load(frame: {
    bundle: string
    engines: Record<string, Record<string, string | number>>
    operations: string[]
    deadlineMs: number
  }): Promise<Loaded>
  /** The last few KiB that the process printed since this was asked last; "" where there is none, or none that answers within a second. */
  takePrinted(): Promise<string>
  /** Calls may overlap. Never rejects. `runsOn`: the call ends with its reply, whatever it has left to be done. */
  call(operation: string, args: Json[], options: { limitMs: number; runsOn?: boolean }): Promise<Reply>
  /** Connections that the host opens from now on lead to this space. */
  leadTo(space: Pick<Space, "address" | "clientSettings">): void
  /** Freezes every process of the host but PID 1; resolves when PID 1 has said so. */
  stop(): Promise<void>
  cont(): Promise<void>
  /** Whether the host's traffic passes the relay. It does from the start. */
  turn(on: boolean): void
  /**
   * From now on replies of the engine wait until the process can do nothing without them, so that dependent round trips (`waves`) are counted
   * exactly, however fast anybody is. The engine's work is the same; what a call takes is not, but for what `passReplies` returns.
   */
  holdReplies(): void
  /** Ends that. Returns for how many milliseconds replies were held that were complete. */
  passReplies(): number
  /** Kills all processes of the host; all calls in flight have then died. */
  kill(): Promise<void>
  traffic(): Traffic
  /** How often each key was named since this was asked last. */
  takeKeys(): Map<string, number>
  /** Texts of the statements that were sent, the first 200. */
  statements(): string[]
  /** Texts that a connection sent for the first time since this was last asked. */
  takeNewStatements(): string[]
  outstanding(): number
  quiet(): Promise<void>
  /** The arm is over, for this reason: nothing of this host passes any more. */
  refuse(rejection: Rejection): void
  /** Since when no request is outstanding, by performance.now(). */
  quietSinceMs(): number
  /** The longest time between two requests while no call was open, up to `atMostMs`, since this was last asked: how work in the background pauses. */
  longestPauseMs(atMostMs: number): number
  /** Why the relay closed connections for what was sent on them, the first few. */
  refusals(): string[]
  /** PID 1 has ended, which candidate code cannot bring about: whatever failed since is our fault. */
  gone(): boolean
  /** The host's container ends with this. */
  close(): Promise<void>
}

export type Compiled =
  | { ok: true; bundle: string; warnings: { file: string; line: number; message: string }[] }
  | { ok: false; rejected: Rejection }
export type Loaded = { ok: true } | { ok: false; rejected: Rejection }

export interface HostOptions {
  slot: number
  arm: Arm
  engine: Pick<EngineDefinition, "inspect">
  quotas?: QuotaLimits
  /** Told once. From then on the relay passes nothing of this host. */
  onQuota(arm: Arm, rejection: Rejection): void
  /** Folder of the slot's sockets. */
  folder?: string
}

/** A closed channel and PID 1's word that the process ended come on two sockets; this long the second is waited for. */
const EXIT_WORD_MS = 1_000
const PAUSES_KEPT = 10_000
/** A process that is busy for longer is not waited for: what it printed is a help, and no result. */
const PRINTED_WITHIN_MS = 1_000

/** Resolves when both sockets are there to connect to. The host itself may come later: see `ready`. */
export async function openHost(options: HostOptions): Promise<Host> {
  const { slot, arm, engine, onQuota, folder = `${DRIVER_SOCKETS}/${slot}` } = options
  const quotas = quotasOf(options.quotas ?? QUOTAS)
  const path = join(folder, ENGINE_SOCKET)
  const relay = await openRelay({ path, engine, quotas, onQuota: (rejection) => onQuota(arm, rejection) })
  const control = await openControl(join(folder, CONTROL_SOCKET), slot)
  let process: HostProcess | null = null
  let pauses: number[] = []
  relay.onPause((ms) => {
    if (process?.betweenCalls() && pauses.length < PAUSES_KEPT) pauses.push(ms)
  })
  let exited: string | null = null
  let closed = false
  let gone = false

  const endProcess = (message: string) => {
    process?.end({ why: "died", message })
    process = null
  }
  control.onExited((how) => {
    exited = how
    if (closed) return endProcess(explain(how))
    const going = process
    setTimeout(() => process === going && endProcess(explain(how)), EXIT_WORD_MS).unref()
  })
  control.onGone(() => {
    gone = true
    endProcess("its host is gone")
  })

  const kill = async () => {
    const going = process
    await control.command("kill")
    going?.end({ why: "died", message: "the process was killed by the driver" })
    if (process === going) process = null
  }
  const running = (): HostProcess => {
    if (!process) throw new Error(`the host in slot ${slot} runs no process: start one first`)
    return process
  }
  /** Answer of the process, or after the deadline the sentence given, and the process is killed. Rejects where the host is gone: our fault. */
  const ask = async (frame: Parameters<HostProcess["ask"]>[0], deadlineMs: number, late: string) => {
    const late_ = Promise.withResolvers<{ why: "timeout"; message: string }>()
    const timer = setTimeout(() => late_.resolve({ why: "timeout", message: late }), deadlineMs)
    const answer = await Promise.race([running().ask(frame), late_.promise])
    clearTimeout(timer)
    if ("why" in answer && gone) throw new Error(`the host in slot ${slot} is gone`)
    if ("why" in answer && answer.why === "timeout") await kill()
    return answer
  }

  return {
    slot,
    arm,
    ready: control.ready,
    async start(program, deadlineMs) {
      endProcess("the process was replaced by a fresh one")
      exited = null
      closed = false
      const channel = await control.start(program, deadlineMs)
      quotas.processStarted()
      const fresh = hostProcess({
        channel,
        traffic: relay,
        onBroken: () => void control.command("kill"),
        onClosed: () => {
          if (process !== fresh) return
          closed = true
          if (exited) return endProcess(explain(exited))
          setTimeout(() => {
            if (process !== fresh) return
            endProcess("the process closed its channel to the driver")
            void control.command("kill")
          }, EXIT_WORD_MS).unref()
        },
      })
      process = fresh
    },
    async compile({ files, types, imports, deadlineMs }) {
      const late = `compiling took more than ${deadlineMs / 1000} seconds and was given up`
      const answer = await ask({ type: "compile", files, types, imports }, deadlineMs, late)
      if ("why" in answer)
        return reject(
          "compile",
          answer.why === "timeout" ? answer : { message: `the compiler died: ${answer.message}` },
        )
      if (answer.type === "compiled") return { ok: true, bundle: answer.bundle, warnings: answer.warnings }
      if (answer.type === "refused") return reject("compile", answer)
      return reject("compile", { message: "the compiler gave no answer" })
    },
    async load({ bundle, engines, operations, deadlineMs }) {
      const late = `connect never returned: it was given up after ${deadlineMs / 1000} seconds`
      const answer = await ask({ type: "load", bundle, engines, operations }, deadlineMs, late)
      if ("why" in answer) return reject("connect", answer)
      if (answer.type === "ready") return { ok: true }
      if (answer.type !== "failed") return reject("connect", { message: "the process gave no answer" })
      return reject(answer.stage, answer)
    },
    takePrinted: async () => (await process?.printed(PRINTED_WITHIN_MS)) ?? "",
    call(operation, args, { limitMs, runsOn = false }) {
      if (process) return process.call(operation, args, { limitMs, runsOn })
      const now = performance.now()
      const message = exited ? explain(exited) : "no process runs"
      return Promise.resolve({ ok: false, why: "died", message, sentMs: now, repliedMs: now })
    },
    leadTo: relay.leadTo,
    stop: async () => void (await control.command("stop")),
    cont: async () => void (await control.command("cont")),
    turn: relay.turn,
    holdReplies: () =>
      relay.holdReplies(async () => {
        const answer = await control.command("idle")
        // What the process sent before came in before this answer, on other sockets: those are read in the same turn of the event loop.
        await new Promise((resolve) => setImmediate(resolve))
        return answer === "busy" ? null : (answer ?? "gone")
      }),
    passReplies: relay.passReplies,
    kill,
    traffic: relay.traffic,
    takeKeys: relay.takeKeys,
    statements: quotas.statements,
    takeNewStatements: quotas.takeNewStatements,
    outstanding: relay.outstanding,
    quiet: relay.quiet,
    refuse: relay.refuse,
    quietSinceMs: relay.quietSinceMs,
    longestPauseMs(atMostMs) {
      const longest = Math.max(0, ...pauses.filter((ms) => ms <= atMostMs))
      pauses = []
      return longest
    },
    refusals: relay.refusals,
    gone: () => gone,
    async close() {
      endProcess("its host was closed")
      await Promise.all([control.close(), relay.close()])
    },
  }
}

type Words = { message: string; file?: string | undefined; line?: number | undefined; excerpt?: string | undefined }

function reject(stage: Rejection["stage"], words: Words): { ok: false; rejected: Rejection } {
  const { message, file, line, excerpt } = words
  return {
    ok: false,
    rejected: {
      stage,
      message,
      ...(file !== undefined && { file }),
      ...(line !== undefined && { line }),
      ...(excerpt !== undefined && { excerpt }),
    },
  }
}

/** PID 1's `code N` or `signal N` in words that help. Neither proves anything: the process may have chosen it. */
function explain(how: string): string {
  switch (how) {
    case "signal 9":
      return "the process was killed: most often it used more memory than a host process may have"
    case "signal 6":
    case "code 134":
      return "the process was aborted: most often its JavaScript heap outgrew 128 MiB"
    case "code 0":
      return "the process ended by itself with exit code 0: nothing may call process.exit"
    default:
      return `the process ended by itself (${how})`
  }
}
