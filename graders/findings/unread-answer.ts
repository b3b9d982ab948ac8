/** An answer for which too few bytes came from the engine: it was kept in the process, where a second process or a restart does not find it. */
import type { Rule } from "./rule.ts"
import { suspected } from "./suspicions.ts"

export const unreadAnswer: Rule = {
  rule: "unread-answer",
  title: "Answers did not come from the engine",
  kind: "cause",
  remedy:
    "What one process remembers, another does not know, and a restart forgets. Let every answer come from the engine; keep in memory only what never changes.",
  find: (measured) => suspected(measured, "unread-answer"),
}
