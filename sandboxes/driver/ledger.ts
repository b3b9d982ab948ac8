/** Keeps what the oracle said of every judged reply, by invariant, with the first examples of each. Says nothing about points. */
import type { Call, Json, Mismatch } from "../../prompts/workload.ts"
import type { InvariantEvidence } from "../evidence.ts"

const EXAMPLES_PER_INVARIANT = 3
const LARGEST_EXAMPLE_CHARACTERS = 2000

export interface Ledger {
  right(invariant: string): void
  broken(mismatch: Mismatch, call: Call, place: { stage: string; pass: string }): void
  evidence(): InvariantEvidence[]
  /** How many replies broke this invariant so far. */
  count(invariant: string): { checked: number; broken: number }
}

export function openLedger(): Ledger {
  const entries = new Map<string, InvariantEvidence>()
  const entry = (invariant: string) => {
    const found = entries.get(invariant) ?? { invariant, checked: 0, broken: 0, examples: [] }
    entries.set(invariant, found)
    return found
  }
  return {
    right: (invariant) => void entry(invariant).checked++,
    broken(mismatch, call, { stage, pass }) {
      const found = entry(mismatch.invariant)
      found.checked++
      found.broken++
      if (found.examples.length >= EXAMPLES_PER_INVARIANT) return
      found.examples.push({
        stage,
        pass,
        request: { operation: call.operation, args: cut(call.args) },
        message: mismatch.message,
        expected: cut(mismatch.expected),
        got: cut(mismatch.got),
      })
    },
    evidence: () => [...entries.values()].sort((a, b) => (a.invariant < b.invariant ? -1 : 1)),
    count: (invariant) => entries.get(invariant) ?? { checked: 0, broken: 0 },
  }
}

/** Evidence stays readable and small: a long value is shown by its beginning. */
function cut(value: Json): Json {
  const text = JSON.stringify(value) ?? "null"
  return text.length <= LARGEST_EXAMPLE_CHARACTERS
    ? value
    : `${text.slice(0, LARGEST_EXAMPLE_CHARACTERS)} … (${text.length} characters)`
}
