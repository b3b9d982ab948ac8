/** Tells whoever listens that something changed: heard when the transaction commits, lost where nobody listens. What changed is read from the tables. */
import { sql } from "drizzle-orm"
import type { Database, Transaction } from "./database.ts"

/** "submission": one of them changed, by id. "queue": something began or ceased to wait. */
export const CHANNELS = { submission: "proofrun_submission", queue: "proofrun_queue" } as const
export type Topic = keyof typeof CHANNELS

export async function tell(db: Database | Transaction, topic: Topic, id = ""): Promise<void> {
  await db.execute(sql`select pg_notify(${CHANNELS[topic]}, ${id})`)
}
