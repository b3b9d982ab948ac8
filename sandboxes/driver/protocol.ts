/**
 * What goes over the wires inside and out of a pod.
 *
 * worker -> driver   JSON lines on the driver's stdin, `ToDriver`
 * driver -> worker   JSON lines on the driver's stdout, `FromDriver`
 * driver -> PID 1    text lines on the host's control socket: `start PROGRAM TOKEN`, `stop`, `cont`, `kill`
 * PID 1  -> driver   text lines: `hello` once, then one answer to each command in turn (`started PID` or `failed WHY`, `stopped`, `running`,
 *                    `killed`), and at any time `exited HOW` (`code N` or `signal N`) when the process ended by itself
 * driver <-> process frames on a second connection to the control socket that PID 1 opens, introduces with `process TOKEN\n` and hands to
 *                    the process as fd 3: 4 bytes big-endian length, then that many bytes of UTF-8 JSON, `ToProcess` / `FromProcess`
 */
import { z } from "zod"
import type { Json } from "../../prompts/workload.ts"
import { OutcomeSchema } from "../evidence.ts"
import { SubmissionSchema } from "../submission.ts"

/** Arms of a pod and their two host processes. Slots are numbered arm * 2 + host. */
export const ARMS = ["candidate", "strong", "control", "anchor"] as const
export type Arm = (typeof ARMS)[number]
export const HOSTS_PER_ARM = 2
/** What a run needs that is compared with nothing: its pod is made without the references' hosts. */
const CANDIDATE_ALONE: readonly Arm[] = ["candidate"]
/** Every host mounts its own volume here, read-only; the driver mounts slot N's at `${DRIVER_SOCKETS}/N`. */
export const HOST_SOCKETS = "/run/proofrun"
export const DRIVER_SOCKETS = "/run/hosts"
export const ENGINE_SOCKET = "engine.sock"
export const CONTROL_SOCKET = "control.sock"

export type ToProcess =
  /** `types`: module name, `proofrun/QUESTION`, -> its declarations. `imports`: packages that the submission may import. */
  | { type: "compile"; files: Record<string, string>; types: Record<string, string>; imports: string[] }
  | { type: "load"; bundle: string; engines: Record<string, Record<string, string | number>>; operations: string[] }
  | { type: "call"; id: number; operation: string; args: Json[] }
  /** Asks for the last few KiB that were printed since it was asked last. */
  | { type: "printed" }

export type FromProcess =
  | { type: "compiled"; bundle: string; warnings: { file: string; line: number; message: string }[] }
  | { type: "refused"; stage: "compile"; message: string; file?: string; line?: number; excerpt?: string }
  | { type: "ready" }
  /** The module threw while it was imported or connected, or is not of the asked form. */
  | { type: "failed"; stage: "compile" | "connect"; message: string; file?: string; line?: number }
  | { type: "reply"; id: number; value?: Json }
  | { type: "error"; id: number; message: string; file?: string; line?: number }
  | { type: "printed"; text: string }

/** A frame longer than this ends the process: "the reply is larger than 16 MiB". */
export const LARGEST_FRAME_BYTES = 16 * 1024 * 1024

export const JobSchema = z.strictObject({
  type: z.literal("job"),
  submission: SubmissionSchema,
  /** Only the two smallest sizes, no timed passes. */
  quick: z.boolean(),
  /** false: all sizes are counted and nothing is timed; what `verify --store` needs of a reference. */
  timed: z.boolean(),
  /** 32 bytes, hex. */
  key: z.string(),
  seed: z.string(),
  nowMs: z.number(),
})
export type Job = z.infer<typeof JobSchema>

/** The first of `ARMS`, as many as this job's passes use. */
export function armsFor({ quick, timed }: Pick<Job, "quick" | "timed">): readonly Arm[] {
  return timed && !quick ? ARMS : CANDIDATE_ALONE
}

export const ToDriverSchema = z.discriminatedUnion("type", [
  JobSchema,
  /** Answer to `cpu?`: CPU nanoseconds of each slot's container, read outside. */
  z.strictObject({ type: z.literal("cpu"), nanos: z.array(z.number()) }),
])
export type ToDriver = z.infer<typeof ToDriverSchema>

export const FromDriverSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("warm"), seconds: z.number() }),
  z.strictObject({
    type: z.literal("progress"),
    phase: z.string(),
    /** 0..1 of this phase. */
    done: z.number(),
    /** First real figures, one line of text. */
    detail: z.string(),
  }),
  z.strictObject({ type: z.literal("cpu?") }),
  z.strictObject({ type: z.literal("outcome"), outcome: OutcomeSchema }),
  /** Our own fault, in one sentence; the worker discards the pod and tries once more. */
  z.strictObject({ type: z.literal("fault"), message: z.string() }),
])
export type FromDriver = z.infer<typeof FromDriverSchema>
