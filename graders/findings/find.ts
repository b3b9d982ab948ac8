/** Looks for all findings and gives each lost point to one of them. Takes points as they are; changes none. */
import type { Criterion } from "../../prompts/question.ts"
import type { Measured } from "../measured.ts"
import type { Finding } from "../report.ts"
import { worded } from "../words.ts"
import { NOTICEABLE } from "./noticeable.ts"
import type { Found, Rule } from "./rule.ts"
import { RULES } from "./table.ts"

/** A criterion and the points that the design itself lost there (before a broken invariant scaled them). */
export interface Loss {
  criterion: Criterion
  lost: number
}

/**
 * All findings, dearest first. A criterion's lost points go to the first rule that explains them, in the order of the table, causes before effects;
 * several places of one rule share equally. Later rules still name the criterion, with no points of their own for it.
 */
export function findAll(measured: Measured, losses: Loss[]): Finding[] {
  const all = RULES.flatMap((rule) => rule.find(measured).map((found) => ({ rule, found, pointsLost: 0 })))
  const noticeable = losses.filter((loss) => loss.lost > NOTICEABLE)
  for (const { criterion, lost } of noticeable) {
    const explaining = all.filter((one) => one.found.explains(criterion))
    const first = explaining.find((one) => one.rule.kind === "cause") ?? explaining[0]
    const sharing = explaining.filter((one) => one.rule === first?.rule)
    for (const one of sharing) one.pointsLost += lost / sharing.length
  }
  return all
    .map(({ rule, found, pointsLost }) => findingOf({ rule, found, pointsLost }, noticeable, measured))
    .sort((a, b) => b.pointsLost - a.pointsLost)
}

function findingOf(
  { rule, found, pointsLost }: { rule: Rule; found: Found; pointsLost: number },
  losses: Loss[],
  { evidence }: Measured,
): Finding {
  return {
    rule: rule.rule,
    title: worded(rule.title, evidence),
    place: found.place,
    ...(found.line === undefined ? {} : { line: found.line }),
    evidence: found.evidence,
    remedy: worded(rule.remedy, evidence),
    explains: losses.filter((loss) => found.explains(loss.criterion)).map((loss) => loss.criterion.id),
    pointsLost,
  }
}
