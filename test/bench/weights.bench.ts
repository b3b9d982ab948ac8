/**
 * Fits the cost weights of an engine: the non-negative weights of the counts that come nearest, in relative terms, to the engine CPU of its
 * query shapes. `--store` writes them to the engine's folder. Options: --engine NAME (cassandra)
 */

import { randomBytes } from "node:crypto"
import { writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import type { EngineShapes } from "../../sandboxes/engines/shapes.ts"
import type { Weights } from "../../sandboxes/evidence.ts"
import { median } from "../../sandboxes/measurement/statistics.ts"
import { engineContainer } from "../../server/grade-submission.ts"
import { removeAll, startEngine, startPart } from "../support/engine-part.ts"
import { ROOT } from "../support/grading.ts"
import { publish, round } from "./results.ts"
import { CALLS, type Measured, ROUNDS } from "./weights-part.ts"

const PASSES = 20_000
/** A stored KiB costs so much a second: ten thousand of them weigh as much as one cheap read a second. */
const STORED_KIB = 0.02

const { values } = parseArgs({
  options: { engine: { type: "string", default: "cassandra" }, store: { type: "boolean", default: false } },
})
const folder = resolve(ROOT, "sandboxes/engines", values.engine)
const container = await engineContainer(values.engine)
const { fitted: FITTED }: EngineShapes = (await import(resolve(folder, "shapes.ts"))).default
const pod = randomBytes(6).toString("hex")
const shapes: Measured[] = []
try {
  const engine = await startEngine(container, pod)
  const part = await startPart<Measured>({
    engine,
    pod,
    container,
    contents: `import definition from "${folder}/engine.ts"
import shapes from "${folder}/shapes.ts"
import { connect } from "${folder}/client.mjs"
import { measureShapes } from "./weights-part.ts"
await measureShapes(definition, shapes, connect)`,
    resolveDir: import.meta.dirname,
  })
  for await (const line of part.lines) shapes.push(line)
  await part.ended()
} finally {
  await removeAll(pod)
}

const weights = fitWeights(shapes)
const plainRequest = ["waves", "requests", "commands"].reduce((sum, name) => sum + (weights[name] ?? 0), 0)
const fitted = (one: Measured) => FITTED.reduce((sum, name) => sum + weights[name] * (one.counts[name] ?? 0), 0)
const errors = shapes.map((one) => Math.abs(fitted(one) / one.cpuMicros - 1))
const result: Weights = {
  unit: "microseconds of engine CPU",
  // A round trip that waits for the one before costs the caller as much again as the engine: CPU alone cannot show that.
  weights: { ...weights, waves: (weights.waves ?? 0) + plainRequest },
  storedKiB: STORED_KIB,
  error: round(median(errors), 3),
  shapes: shapes.map((one) => ({ shape: one.shape, measured: round(one.cpuMicros, 1), fitted: round(fitted(one), 1) })),
  fittedOn: `${shapes.length} query shapes, serial calls, medians of ${ROUNDS} interleaved blocks of ${CALLS}; ${new Date().toISOString().slice(0, 10)}`,
}
if (values.store) writeFileSync(resolve(folder, "weights.json"), `${JSON.stringify(result, null, 1)}\n`)
publish(`weights-${values.engine}`, { ...result, worstError: Math.max(...errors) }, result.shapes)
console.table(Object.fromEntries(Object.entries(result.weights).map(([name, weight]) => [name, round(weight, 2)])))
console.log(`Median relative error ${round(result.error * 100, 1)}%, worst ${round(Math.max(...errors) * 100, 1)}%.`)
process.exit(0)

/** Non-negative least squares of relative errors, by coordinate descent. */
function fitWeights(all: Measured[]): Record<string, number> {
  const rows = all.map(({ counts, cpuMicros }) => FITTED.map((name) => (counts[name] ?? 0) / cpuMicros))
  const found = FITTED.map(() => 0)
  const residual = rows.map(() => 1)
  for (let pass = 0; pass < PASSES; pass++)
    for (const [column] of FITTED.entries()) {
      let top = 0
      let bottom = 0
      for (const [index, row] of rows.entries()) {
        top += row[column] * (residual[index] + row[column] * found[column])
        bottom += row[column] ** 2
      }
      const next = bottom === 0 ? 0 : Math.max(0, top / bottom)
      for (const [index, row] of rows.entries()) residual[index] += row[column] * (found[column] - next)
      found[column] = next
    }
  return Object.fromEntries(FITTED.map((name, column) => [name, round(found[column], 4)]))
}
