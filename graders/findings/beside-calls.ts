/** A process that takes in what is stored when it begins, or does then what its writes left undone. */
import type { Rule } from "./rule.ts"
import { suspected } from "./suspicions.ts"

export const besideCalls: Rule = {
  rule: "beside-calls",
  title: "Processes move data in bulk before they serve",
  kind: "cause",
  remedy:
    "What a process learns of everything when it begins fits into memory only as long as there is little of it, and is lost with every restart. Read with a call what the call needs, and let a write do its own work; keep in memory only what is small and seldom changes.",
  find: (measured) => suspected(measured, "beside-calls"),
}
