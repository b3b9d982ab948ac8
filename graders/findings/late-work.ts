/** Work that goes on after the reply: it belongs to the call that caused it, and is counted to it. */
import type { Rule } from "./rule.ts"
import { suspected } from "./suspicions.ts"

export const lateWork: Rule = {
  rule: "late-work",
  title: "Work goes on after the reply",
  kind: "cause",
  remedy:
    "Answering before the work is done moves the cost out of sight, not away, and an acknowledged write may still be lost. Finish what a call needs before replying, and do the rest by a job of its own that can be measured.",
  find: (measured) => suspected(measured, "late-work"),
}
