/**
 * What a question's `workload.ts` provides: the seeded data, the calls to send, and the oracle that says what is right.
 * Pure: no clock, no randomness of its own, no engine. Everything that varies comes from `WorkloadInput`.
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** One call of one operation, as it goes over the wire. */
export interface Call {
  operation: string
  args: Json[]
}

export interface WorkloadInput {
  /** 32 bytes that only the driver holds during the run. Permutes names, ids and payloads; never counts, sizes or order of calls. */
  key: Uint8Array
  /** Wall-clock time of the run, milliseconds since 1970. Times are laid out from the last UTC midnight before it. */
  nowMs: number
}

/** A size of the data. Stages are loaded in order, each on top of the one before. */
export interface Stage {
  id: string
  /** Where this size stands on each growth axis, e.g. { history: 8, users: 60 }. */
  at: Record<string, number>
  label: string
  /** How many of each there are at this size, e.g. { user: 600 }: stored bytes are shown per one of them. */
  per?: Record<string, number>
}

/** One step of a script. `host` says which of the arm's two processes does it. */
export type Step =
  | { do: "call"; host: 0 | 1; call: Call; invariant?: string }
  /** Kill the process at once (SIGKILL) and start it anew. Whatever it had acknowledged must survive. */
  | { do: "kill"; host: 0 | 1 }
  /** Let time pass while both processes run: what the question allows to come late must have come then. */
  | { do: "wait"; ms: number }

/** A write and the read whose answer it changes. They go to different host processes; `call` is the one that is counted. */
export interface Probe {
  operation: string
  /** Sent first, to the other host; counted only if `operation` is its operation. */
  before: Call[]
  call: Call
  /** Where this call stands on the question's axes that vary from call to call, e.g. { followers: 37 }. */
  at?: Record<string, number>
}

/** How it is seen when a write shows: each look is a write, and the read whose answer must show it in the end. */
export interface Looks {
  count: number
  look(i: number): Probe
  shows(reply: Json | undefined, write: Call): boolean
}

/** The same writes, about the same people or things, at two times that lie apart. Sent when all else has been measured. */
export interface TimesApart {
  /** From each early write to its late one. */
  days: number
  early: Call[]
  late: Call[]
  /** By each of the same people one write, a moment after the late ones; then one of a time from which nothing may be left; then the same number of writes by each. */
  next: Call[]
  expired: Call[]
  after: Call[]
}

export interface Workload {
  stages: Stage[]
  /** For each growth axis, the stages that form it, smallest first; all else is equal along it. */
  axes: Record<string, string[]>
  /** Writes that bring the data from the stage before to this one. Same number, sizes and order at every seed. */
  load(stage: string): Call[]
  /** The correctness script of a stage: calls and kills in order; every read is judged by the oracle. */
  checks(stage: string): Step[]
  /** Counted calls at this stage, a fixed list per operation; the size of the answer is equal along an axis. */
  probes(stage: string): Probe[]
  /** The i-th pair of the position pass, at the last stage: a write to one host, then the timed call to the other. */
  pair(i: number): Probe
  /** The i-th call of an operation in the peak pass. */
  peak(operation: string, i: number): Call
  /** The i-th call of one of the question's phases. */
  phase?(phase: string, i: number): Call
  /** Where the question allows a lag. */
  looks?: Looks
  /** Where data is kept for a time: shows whether what a design writes is closed as time goes by. */
  timesApart?: TimesApart
  /** A fresh oracle that knows no writes yet. One per arm. */
  oracle(): Oracle
}

/**
 * Judges replies. It is told of every write when it is sent and when it is settled, in the driver's order (`at`: milliseconds of the driver's
 * clock, never twice the same, so that a lag can be told; 0 for what was there before the run), and can
 * then judge any reply later: a write acknowledged before a read was sent must show (within the question's lag), one in flight or failed may.
 */
export interface Oracle {
  sent(call: Call, at: number): void
  settled(call: Call, at: number, acknowledged: boolean): void
  /** null: right. Times of sending and replying are of the same clock. */
  judge(call: Call, reply: Json | undefined, sentAt: number, repliedAt: number): Mismatch | null
}

export interface Mismatch {
  /** The invariant that is broken, by the rubric's names; "shape" where the reply is not of the operation's type at all. */
  invariant: string
  /** One sentence: what came, what was due. */
  message: string
  expected: Json
  got: Json
}

/** What `prompts/questions/NAME/workload.ts` exports as default. */
export type MakeWorkload = (input: WorkloadInput) => Workload
