/** Names and units of what the engine counts per role, and their form on the admin port. */
import { z } from "zod"
import type { Counts } from "../engine.ts"

export const TotalsSchema = z.object({
  requests: z.number(),
  statements: z.number(),
  conditional: z.number(),
  reads: z.number(),
  ranges: z.number(),
  lookups: z.number(),
  rows: z.number(),
  cells: z.number(),
  tombstones: z.number(),
  bytesRead: z.number(),
  mutations: z.number(),
  partitionsWritten: z.number(),
  rowsWritten: z.number(),
  bytesWritten: z.number(),
})

export const countNames = [
  { name: "requests", unit: "requests", title: "Requests that the engine ran; each page of a paged read is one" },
  { name: "statements", unit: "statements", title: "Statements in them; a batch has several" },
  { name: "lookups", unit: "partitions", title: "Partition look-ups" },
  { name: "ranges", unit: "reads", title: "Reads over all partitions, or through an index" },
  { name: "reads", unit: "reads", title: "Read commands on this node" },
  { name: "rows", unit: "rows", title: "Live rows gone through, before any filtering" },
  { name: "cells", unit: "cells", title: "Cells in these rows" },
  { name: "tombstones", unit: "tombstones", title: "Deleted or expired cells and rows gone through" },
  { name: "readKiB", unit: "KiB", title: "Data in the rows gone through" },
  { name: "mutations", unit: "mutations", title: "Writes to the commit log, those of batch log and Paxos included" },
  { name: "partitionsWritten", unit: "partitions", title: "Partitions written, index tables included" },
  { name: "rowsWritten", unit: "rows", title: "Rows written, index tables included" },
  { name: "writtenKiB", unit: "KiB", title: "Data in the rows written" },
  { name: "conditional", unit: "requests", title: "Lightweight transactions" },
] as const

export function countsFrom({ bytesRead, bytesWritten, ...totals }: z.infer<typeof TotalsSchema>): Counts {
  return { ...totals, readKiB: bytesRead / 1024, writtenKiB: bytesWritten / 1024 }
}
