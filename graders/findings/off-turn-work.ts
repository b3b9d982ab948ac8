/** Work between one's own calls, which slows everybody else down while nobody times it. */
import { percent } from "../figures.ts"
import { hogs, OFF_TURN_TOLERANCE } from "../kinds/position.ts"
import type { Found, Rule } from "./rule.ts"
import { suspected } from "./suspicions.ts"

const position: Found["explains"] = (criterion) => criterion.kind === "position"

export const offTurnWork: Rule = {
  rule: "off-turn-work",
  title: "It works between its own calls",
  kind: "cause",
  remedy:
    "Timers, pollers and retries that run while no call is open take the engine from everyone. Do the work in the call that needs it.",
  find: (measured) => {
    const seen = measured.evidence.position
    const found = suspected(measured, "off-turn-work")
    if (!seen || seen.skipped) return found
    if (hogs(seen))
      found.push({
        place: "the run",
        evidence: `In rounds without it the strong reference ran ${percent(1 - seen.leftOut.value)} faster than in rounds without a second strong one.`,
        explains: position,
      })
    if (seen.offTurnCpuShare > OFF_TURN_TOLERANCE)
      found.push({
        place: "the run",
        evidence: `Its processes used ${percent(seen.offTurnCpuShare)} of the CPU time between their own calls.`,
        explains: position,
      })
    return found
  },
}
