/** Evidence made of the references' stored counts: what a run of them would show of claims. The counts are real, the rest is made up. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Measured } from "../../../graders/measured.ts"
import { type LoadedQuestion, readQuestion } from "../../../prompts/load-question.ts"
import * as clickstream from "../../../prompts/questions/clickstream/layout.ts"
import * as feed from "../../../prompts/questions/fan-out-feed/layout.ts"
import {
  type ReferenceCounts,
  ReferenceCountsSchema,
  type StageEvidence,
  WeightsSchema,
} from "../../../sandboxes/evidence.ts"
import { edited } from "../made-up.ts"

/** Where the sizes stand on the axes, as the workloads say. */
const SIZES: Record<string, { id: string; label: string; at: Record<string, number>; axes: string[] }[]> = {
  clickstream: clickstream.SIZES.map((size) => ({
    id: size.id,
    label: size.label,
    at: { history: size.days, users: clickstream.usersAt(size) },
    axes: Object.entries(clickstream.AXES).flatMap(([axis, ids]) => (ids.includes(size.id) ? [axis] : [])),
  })),
  "fan-out-feed": feed.SIZES.map((size) => ({
    id: size.id,
    label: size.label,
    at: { history: feed.historyAt(size) },
    axes: ["history"],
  })),
}

const read = (path: string) => JSON.parse(readFileSync(path, "utf8"))
const ENGINES = join(import.meta.dirname, "../../../sandboxes/engines")

export async function countedReference(
  id: string,
  engine: string,
  reference: string,
): Promise<{ loaded: LoadedQuestion; measured: Measured }> {
  const loaded = await readQuestion(id)
  const references = ReferenceCountsSchema.parse(read(join(loaded.folder, "references", engine, "counts.json")))
  const weights = WeightsSchema.parse(read(join(ENGINES, engine, "weights.json")))
  // Of the made-up designs, strong expires what it stores and adequate does not, as the references do.
  const evidence = edited(reference === "strong" ? "strong" : "adequate", (e) => {
    e.question = id
    e.engine = engine
    e.model = engine === "redis" ? "keys" : "partitions"
    e.stages = SIZES[id]!.map((size) => stageOf(size, references.references[reference]![size.id]!))
    e.position = e.peak = null
  })
  return { loaded, measured: { question: loaded.question, evidence, references, weights } }
}

type Stored = ReferenceCounts["references"][string][string]

function stageOf(size: (typeof SIZES)[string][number], { operations, along, storage }: Stored): StageEvidence {
  // An ordinary partition has some 2 kB.
  const partitions = Math.round(storage.liveBytes / 2000)
  const table = { name: "events", partitions, sstables: 1, largestPartitionKey: "the largest" }
  return {
    ...size,
    load: { calls: 1000, failed: 0, seconds: 1, perSecond: 1000 },
    work: Object.entries(operations).map(([operation, counts]) => ({
      operation,
      calls: 20,
      failed: 0,
      wrong: 0,
      counts,
      ...(along?.[operation] && { along: along[operation].map((one) => ({ ...one, calls: 1 })) }),
      returned: 12,
      cpuMicros: null,
      latencyMs: { p50: 1, p95: 2, max: 3 },
    })),
    storage: {
      ...storage,
      tables: [{ ...table, bytes: storage.liveBytes, largestPartitionBytes: storage.largestPartitionBytes }],
    },
    stopped: null,
  }
}
