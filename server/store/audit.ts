/** Who did what to what: a line for everything that changes what another person may see or what is scored. */
import { desc, lt } from "drizzle-orm"
import type { Database, Transaction } from "./database.ts"
import { audit } from "./tables.ts"

export interface AuditLine {
  /** A person's id; null: the program itself. */
  actor: string | null
  action: string
  /** What it was done to: a kind and an id, "submission 8c1f...". No names, no addresses. */
  subject: string
  detail?: Record<string, unknown>
}

export async function note(db: Database | Transaction, line: AuditLine): Promise<void> {
  await db.insert(audit).values(line)
}

/** Newest first; `before` is the id of the last line that one has. */
export async function auditLines(db: Database, { before, limit }: { before?: number | undefined; limit: number }) {
  return db
    .select()
    .from(audit)
    .where(before === undefined ? undefined : lt(audit.id, before))
    .orderBy(desc(audit.id))
    .limit(limit)
}
