/**
 * What an engine must do, and no more. An engine is one folder beside this file; the driver loads `NAME/engine.ts` (its default export is an
 * `EngineDefinition`), the worker reads `NAME/container.ts` (its default export is an `EngineContainer`), a host process loads `NAME/client.mjs`.
 * Everything here runs inside the driver container, in the engine's network namespace; candidate code never does.
 */
import type { DataModel, Rejection, SchemaFacts, StatementFact, StorageFacts } from "../evidence.ts"

/** Counted work, by the engine's own names (see `countNames`). Totals since the space was made; callers subtract. */
export type Counts = Record<string, number>

export interface Address {
  host: string
  port: number
}

export interface EngineDefinition {
  name: string
  /** Names of the counts with their units and what they mean, in the order in which a person should read them. */
  countNames: readonly { name: string; unit: string; title: string }[]
  /** Connects as the administrator. Resolves when the engine answers; rejects after `deadlineMs`. */
  start(options: { deadlineMs: number }): Promise<Engine>
  /** A fresh inspector for one connection of a host; told its space's client settings, it refuses log-ins as anybody else. */
  inspect(settings?: Space["clientSettings"]): WireInspector
  /** Packages of its ordinary client, which candidate code may import. */
  clientPackages: string[]
  /** So many requests of one process may be at the engine at once; more is a flood. Commands of a pipeline are requests each. */
  mostInFlight: number
  /**
   * Its statements are shapes that we read out of commands, not texts that it prepares: how many there are says more of how keys are named than of the design, so
   * those beyond the quota are one (`OTHER_STATEMENTS`) and nothing is refused.
   */
  statementsAreShapes: boolean
  /** How data lies in it: rows in partitions, or elements under keys. Reports take their words from it. */
  model: DataModel
}

export interface Engine {
  /** An isolated space of its own for one arm (a keyspace and its roles, a server process, an account). */
  createSpace(arm: string): Promise<Space>
  /** Flushes and compacts all that can be, and resolves when the engine does no background work. */
  settle(): Promise<void>
  /** What keys of one kind have in common, as reports name them; of engines whose inspector shows keys. */
  patternOf?(key: string): string
  /** Versions and settings that belong in a report's provenance. */
  facts(): Promise<Record<string, string>>
  close(): Promise<void>
}

export interface Space {
  arm: string
  /** The name of its engine: under which the host process gets its client. */
  engine: string
  /** Where the relay connects, inside the namespace. */
  address: Address
  /** Handed to `client.mjs` in the host process: what an ordinary client needs to connect to 127.0.0.1 there. JSON. */
  clientSettings: Record<string, string | number>
  /** Applies the candidate's schema as the schema role, then drops that role; afterwards only the run role is left. */
  applySchema(text: string | undefined): Promise<SchemaOutcome>
  /** Work of this space's run role since the space was made: engine-side counts. The relay's round trips and bytes are added by the caller. */
  counts(): Promise<Counts>
  /** CPU that the engine process which serves this space has used since it started, nanoseconds. */
  cpuNanos(): Promise<number>
  /** Live bytes, partitions, the largest partition, per table. Call `engine.settle()` first. */
  storage(): Promise<StorageFacts>
  /** How many elements each of these keys holds, 0 where there is none or it is one value; left out by engines without keys of that kind. */
  elements?(keys: string[]): Promise<number[]>
  /** Bytes that live in this space now, cheap and rough: for the quota. */
  liveBytes(): Promise<number>
  /** Tables, keys, types, options, indexes as the engine tells them. */
  schemaFacts(): Promise<SchemaFacts>
  /** Asks the engine about each statement that was seen at the wire: does it need filtering, which table, which restrictions. */
  explain(statements: string[]): Promise<StatementFact[]>
  /**
   * A client for our own references' access modules, used in the driver to load them quickly: same methods as the host's client, writes
   * may be grouped. `flush` resolves when all is acknowledged. Never given to a candidate.
   */
  bulkClient(): Promise<{ engines: Record<string, unknown>; flush(): Promise<void>; close(): Promise<void> }>
  drop(): Promise<void>
}

export type SchemaOutcome = { ok: true; statements: number; notes: string[] } | { ok: false; rejected: Rejection }

/**
 * Follows one connection's bytes in both directions without changing their meaning. `request` and `reply` take what arrived and say what is
 * to be passed on and what was seen. Throws nothing: a protocol violation is `{ refuse }`, and the relay closes the connection.
 */
export interface WireInspector {
  request(chunk: Buffer): Inspection
  reply(chunk: Buffer): Inspection
  /** Requests sent and not yet answered on this connection, housekeeping (start-up, heartbeats, topology reads) left out. */
  outstanding(): number
}

/** All statements beyond as many as are told apart. */
export const OTHER_STATEMENTS = "(others)"

export interface Inspection {
  /** Bytes to pass on now; whole frames only. */
  pass: Buffer[]
  /** Work requests (or replies to them) completed in this chunk, housekeeping left out. */
  messages: number
  /** Work bytes: of the requests or of the replies to them. */
  workBytes: number
  /** Statement texts first seen in this chunk on this connection (normalised white space). */
  statements: string[]
  /** Log-ins seen in this chunk. */
  logins: number
  /** Largest single bound value or literal text, bytes. */
  largestValueBytes: number
  /** Requests that read the engine's own tables, which no count holds, one of a whole table as ten; left out where there are none. */
  systemReads?: number
  /** Keys that the requests name, one for each time; left out by engines that do not show them on the wire. */
  keys?: string[]
  refuse?: string
}

/** What the worker needs to start the engine's container; see the profiles in `sandboxes/host/profile.ts`. */
export interface EngineContainer {
  name: string
  /** Name of the image recipe, `image.yaml` beside its Dockerfile. */
  image: string
  /** The usual port of its ordinary client: hosts offer it on 127.0.0.1. */
  port: number
  user: string
  memoryBytes: number
  pids: number
  cpus: number
  /** Mount point -> tmpfs options. */
  tmpfs: Record<string, string>
  nofile: number
  fileSizeBytes: number
  environment: Record<string, string>
}
