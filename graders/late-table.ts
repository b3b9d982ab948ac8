/**
 * Tables that a design fills only after a while (days that are packed when they are over): at the smaller of two sizes they were all but empty, and a line
 * from nothing would say that their pieces grow with the data. Whether they do is seen where the run goes on after that.
 */
import type { StageEvidence } from "../sandboxes/evidence.ts"

type StoredTable = NonNullable<StageEvidence["storage"]>["tables"][number]

/** So many times the smaller size's pieces came later. */
const FEWER = 10
/** The largest piece has at most so many times the mean's bytes. */
const ALIKE = 4
/** By so much a table must have gone on to grow, in bytes and in pieces, for its largest piece to have had the chance. */
const MORE = 1.5
/** A piece that differs by less has not grown. */
const SAME = 1.02
/** A table of no more of the stored bytes, in so many pieces, is none that a design could hide its data in; it need not have gone on. */
const SLIGHT = 0.05
const SOME_PIECES = 4

/**
 * Whether this table came after `small`, and then took in more data as more pieces alike, none of them larger. Where another table lost data meanwhile, it
 * was only moved, and where the run did not go on, nothing was seen: false, unless it holds next to nothing, in some pieces. When it comes may depend on the clock
 * (a day is packed ten seconds after its last event): on a slow machine it came one size earlier, after which no more came, and that had been worth 6.4 of 10 points.
 *
 * @param stages those of the whole run that were finished, in their order
 */
export function cameLaterInPieces(
  stages: StageEvidence[],
  small: StageEvidence,
  large: StageEvidence,
  name: string,
): boolean {
  const last = stages.at(-1)
  const now = tableIn(large, name)
  const later = last && tableIn(last, name)
  if (!now || !later || !small.storage) return false
  const before = tableIn(small, name)?.partitions ?? 0
  return (
    before * FEWER <= now.partitions &&
    now.largestPartitionBytes <= (ALIKE * now.bytes) / now.partitions &&
    (wentOn(now, later) || isSlight(now, large)) &&
    later.largestPartitionBytes <= SAME * now.largestPartitionBytes &&
    small.storage.tables.every((table) => (tableIn(large, table.name)?.bytes ?? 0) * SAME >= table.bytes)
  )
}

const wentOn = (now: StoredTable, later: StoredTable): boolean =>
  later.bytes >= MORE * now.bytes && later.partitions >= MORE * now.partitions

const isSlight = ({ bytes, partitions }: StoredTable, { storage }: StageEvidence): boolean =>
  partitions >= SOME_PIECES && bytes <= SLIGHT * storage!.tables.reduce((sum, table) => sum + table.bytes, 0)

const tableIn = ({ storage }: StageEvidence, name: string): StoredTable | undefined =>
  storage?.tables.find((table) => table.name === name && table.partitions > 0)
