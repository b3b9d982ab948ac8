/** Large things, packed, kept once under the hash of what they hold. */
import { createHash } from "node:crypto"
import { promisify } from "node:util"
import { zstdCompress, zstdDecompress } from "node:zlib"
import { eq } from "drizzle-orm"
import type { Database, Transaction } from "./database.ts"
import { blob } from "./tables.ts"

const pack = promisify(zstdCompress)
const unpack = promisify(zstdDecompress)

export interface Packed {
  hash: string
  packed: Buffer
  size: number
}

/** Done before a transaction begins, so that none is kept open for it. */
export async function packed(text: string): Promise<Packed> {
  const bytes = Buffer.from(text)
  return { hash: createHash("sha256").update(bytes).digest("hex"), packed: await pack(bytes), size: bytes.length }
}

export async function keepBlob(tx: Transaction, what: Packed): Promise<void> {
  await tx.insert(blob).values(what).onConflictDoNothing()
}

/** Throws where it is missing: whoever names a hash has kept it. */
export async function readBlob(db: Database, hash: string): Promise<string> {
  const [row] = await db.select({ packed: blob.packed }).from(blob).where(eq(blob.hash, hash))
  if (!row) throw new Error(`There is no blob ${hash}.`)
  return (await unpack(row.packed)).toString("utf8")
}
