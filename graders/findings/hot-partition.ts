/** A partition key that few values share: the traffic of many lands on the replicas of few partitions. */
import { bytes, count, number, percent } from "../figures.ts"
import { alongAxis, isTime, lastStage, type Measured, STRONG } from "../measured.ts"
import { wordsOf } from "../words.ts"
import { bigPartitions, type Found, firstAndLast, nothingScored, type Rule, storedIn } from "./rule.ts"

/** Growth of a table's bytes from which more users, keys or the like have come in. */
const GREW = 1.05
/** What the run itself wrote besides (a fresh event of today) may open a partition or two. */
const NEW_PARTITIONS = 1.1
/** One partition holds this share of a table, and is this many times the strong reference's largest. */
const SHARE = 0.6
const LARGER = 2
/** A key is named once in so many calls at least, and so much oftener than the strong reference's hottest. */
const NAMED_PER_CALL = 0.25
const OFTENER = 3

export const hotPartition: Rule = {
  rule: "hot-partition",
  title: { partitions: "Traffic falls on few partitions", keys: "Traffic falls on few keys" },
  kind: "cause",
  remedy: {
    partitions:
      "A partition lives on one set of replicas. If its key has few values, or one for all that happens now, those nodes carry the whole load. Put what distinguishes the callers into the partition key.",
    keys: "A key lives on one server, which does one thing at a time. If few keys, or one for all that happens now, hold everything, adding servers does not help. Put what distinguishes the callers into the key's name.",
  },
  find: (measured) => [...shared(measured), ...lopsided(measured), ...askedFor(measured)],
}

/** More users came in, and no new partitions with them. */
function shared(measured: Measured): Found[] {
  return measured.question.axes
    .filter((axis) => axis.newKeys && !isTime(axis))
    .flatMap((axis) => {
      const sizes = firstAndLast(measured, alongAxis(measured.evidence, axis.id))
      if (!sizes) return []
      const [first, last] = sizes
      const { partition, place } = wordsOf(measured.evidence)
      return measured.evidence.schema.tables.flatMap((table) => {
        const small = storedIn(first, table.name)
        const large = storedIn(last, table.name)
        if (
          !small ||
          !large ||
          large.partitions > NEW_PARTITIONS * small.partitions ||
          large.bytes <= GREW * small.bytes
        )
          return []
        return [
          {
            place: place(table),
            line: table.line,
            evidence: `From ${first.label} to ${last.label} ${table.name} grows from ${bytes(small.bytes)} to ${bytes(large.bytes)} and has ${count(large.partitions, partition)} where it had ${number(small.partitions)}.`,
            explains: bigPartitions,
          },
        ]
      })
    })
}

function lopsided(measured: Measured): Found[] {
  const stage = lastStage(measured.evidence)
  const strong = stage && measured.references?.references[STRONG]?.[stage.id]?.storage.largestPartitionBytes
  if (!stage?.storage || !strong) return []
  const { partition } = wordsOf(measured.evidence)
  return stage.storage.tables
    .filter(
      (table) => table.largestPartitionBytes > SHARE * table.bytes && table.largestPartitionBytes > LARGER * strong,
    )
    .map((table) => ({
      place: table.name,
      line: measured.evidence.schema.tables.find((one) => one.name === table.name)?.line,
      evidence: `One ${partition} of ${table.name} holds ${percent(Math.min(1, table.largestPartitionBytes / table.bytes))} of its bytes (${bytes(table.largestPartitionBytes)}) at ${stage.label}.`,
      explains: nothingScored,
    }))
}

/** One key that every so many calls go to, however small it is. */
function askedFor({ evidence }: Measured): Found[] {
  const hottest = evidence.peak?.hottestKey
  if (!hottest || hottest.perCall < NAMED_PER_CALL || hottest.perCall < OFTENER * hottest.strongPerCall) return []
  return [
    {
      place: hottest.pattern,
      evidence: `At peak one key of the form ${hottest.pattern} is named ${number(hottest.perCall)} times per call, over all calls; of the strong reference's keys none more than ${number(hottest.strongPerCall)} times.`,
      explains: nothingScored,
    },
  ]
}
