/** What the conformance suite must be told of an engine: its definition, and the few statements that are its own. */
import type { Counts, EngineDefinition, Space } from "../../../sandboxes/engines/engine.ts"

export interface EngineUnderTest {
  definition: EngineDefinition
  /** As a host process connects. */
  connect(space: Space): Promise<ConnectedClient>
  /** Schema with room for `put` and `get`; undefined where the engine has none. */
  schema: string | undefined
  /** Schemas with one mistake each, and what the rejection must say. Empty where the engine has no schema. */
  mistakes: { title: string; schema: string; line?: number; message: RegExp; excerpt?: RegExp }[]
  /** A schema that is taken with notes. */
  pasted: { schema: string; notes: RegExp[] } | null
  /** Statements seen at the wire, and what must be found out about each. */
  explained: { statement: string; fact: Record<string, unknown> }[]
  /** Calls whose work is known. `prepare` makes and fills what they need, `call` is the i-th of equal ones. */
  prepare(space: Space): Promise<void>
  counted: { title: string; call(client: ConnectedClient, i: number): Promise<unknown>; counts: Counts }[]
  /** What a run's client must not be able to do; each must be refused. */
  forbidden: {
    title: string
    attempt(client: ConnectedClient, spaces: { own: Space; other: Space }): Promise<unknown>
  }[]
}

export interface ConnectedClient {
  put(key: string, value: string): Promise<void>
  /** undefined: not there. */
  get(key: string): Promise<string | undefined>
  /** The engine's ordinary client. */
  raw: unknown
  close(): Promise<void>
}
