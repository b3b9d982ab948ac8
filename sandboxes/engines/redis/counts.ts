/** Names and units of what a server counts for its arm, and their form in the answer to DEBUG PROOFRUN. */
import { z } from "zod"
import type { Counts } from "../engine.ts"

export const TotalsSchema = z.object({
  requests: z.number(),
  commands: z.number(),
  scripts: z.number(),
  lookups: z.number(),
  scans: z.number(),
  reads: z.number(),
  rows: z.number(),
  scriptRows: z.number(),
  bytesRead: z.number(),
  mutations: z.number(),
  rowsWritten: z.number(),
  bytesWritten: z.number(),
})

export const countNames = [
  { name: "requests", unit: "commands", title: "Commands sent, each of a pipeline or transaction" },
  { name: "commands", unit: "commands", title: "Commands run, those of scripts included" },
  { name: "scripts", unit: "scripts", title: "Scripts run" },
  { name: "lookups", unit: "keys", title: "Keys looked up" },
  { name: "scans", unit: "commands", title: "Steps through all keys (KEYS, SCAN)" },
  { name: "reads", unit: "commands", title: "Commands that only read" },
  { name: "rows", unit: "elements", title: "Elements gone through" },
  { name: "scriptRows", unit: "elements", title: "Of these, handed to scripts" },
  { name: "readKiB", unit: "KiB", title: "Data handed out, to scripts as well" },
  { name: "mutations", unit: "commands", title: "Commands that write" },
  { name: "rowsWritten", unit: "elements", title: "Elements written or removed" },
  { name: "writtenKiB", unit: "KiB", title: "Data in the commands that write" },
] as const

export function countsFrom({ bytesRead, bytesWritten, ...totals }: z.infer<typeof TotalsSchema>): Counts {
  return { ...totals, readKiB: bytesRead / 1024, writtenKiB: bytesWritten / 1024 }
}
