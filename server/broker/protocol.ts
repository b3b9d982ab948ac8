/**
 * What goes over the broker's unix socket: JSON lines, one run for each connection. Closing the connection ends the run.
 *
 * worker -> broker   `hello`, then at most one `run`
 * broker -> worker   `preparing` while the machine is made ready, `ready` once, then `progress`, and `outcome` or `fault` as the last
 */
import { z } from "zod"
import { JobSchema } from "../../sandboxes/driver/protocol.ts"
import { OutcomeSchema } from "../../sandboxes/evidence.ts"

export const ToBrokerSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello") }),
  z.strictObject({ type: z.literal("run"), job: JobSchema }),
])
export type ToBroker = z.infer<typeof ToBrokerSchema>

export const FromBrokerSchema = z.discriminatedUnion("type", [
  /** A line about setting up: installing, building images, warming engines. */
  z.strictObject({ type: z.literal("preparing"), line: z.string() }),
  /** `images`: hash over the images that a run would use now. */
  z.strictObject({ type: z.literal("ready"), images: z.string() }),
  z.strictObject({ type: z.literal("progress"), phase: z.string(), done: z.number(), detail: z.string() }),
  z.strictObject({ type: z.literal("outcome"), outcome: OutcomeSchema }),
  /** Our side failed, in one sentence. */
  z.strictObject({ type: z.literal("fault"), message: z.string() }),
])
export type FromBroker = z.infer<typeof FromBrokerSchema>

/** A line longer than this is no message of ours: the largest evidence seen has 2 MB. */
export const LONGEST_LINE_BYTES = 64 * 2 ** 20
