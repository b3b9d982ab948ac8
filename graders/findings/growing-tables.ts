/** Which tables take in more data as time goes by; where sizes are not known, every table that the design writes to. */
import type { TableFact } from "../../sandboxes/evidence.ts"
import { writesTo } from "../expiry.ts"
import { capital } from "../figures.ts"
import { alongAxis, isTime, type Measured } from "../measured.ts"
import { wordsOf } from "../words.ts"
import { firstAndLast, storedIn } from "./rule.ts"

const GREW = 1.02
/** The run opens users of its own, 10 beside 425 at each size: a table of one row for each of them has grown with these, and not with time. */
const OWN_USERS = 1.06

export function growingTables(measured: Measured): TableFact[] {
  const { question, evidence } = measured
  const sizes = question.axes
    .filter(isTime)
    .map((axis) => firstAndLast(measured, alongAxis(evidence, axis.id)))
    .find((pair) => pair !== null)
  return evidence.schema.tables.filter((table) => {
    if (!sizes) return writesTo(evidence, table.name).length > 0
    const small = storedIn(sizes[0], table.name)
    const large = storedIn(sizes[1], table.name)
    if (large === null || large.bytes <= GREW * (small?.bytes ?? 0)) return false
    const eachGrew = !small || large.bytes / large.partitions > (GREW * small.bytes) / small.partitions
    return eachGrew || large.partitions > OWN_USERS * small.partitions
  })
}

/** What it is of this table that expires, as a sentence begins. */
export const rowsOf = ({ evidence }: Measured, { name, expires }: TableFact): string =>
  expires === "key" ? `Keys like ${name}` : `${capital(wordsOf(evidence).row)}s of ${name}`
