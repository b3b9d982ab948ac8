/** How long an engine takes from its container's start to its first answer, and what it holds in memory. Options: --rounds N (5), --engine NAME (cassandra) */
import { randomBytes } from "node:crypto"
import { parseArgs } from "node:util"
import { ascending, quantile } from "../../sandboxes/measurement/statistics.ts"
import { engineContainer } from "../../server/grade-submission.ts"
import { testDocker, testImages } from "../support/docker.ts"
import { removeAll, startEngine, startPart } from "../support/engine-part.ts"
import { publish, round } from "./results.ts"

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, engine: { type: "string", default: "cassandra" } },
})
const container = await engineContainer(values.engine)
const docker = await testDocker()
await testImages(container.image, "driver")
const rounds: { seconds: number; memoryMiB: number; cpuSeconds: number }[] = []
for (let index = 0; index < Number(values.rounds); index++) {
  const pod = randomBytes(6).toString("hex")
  try {
    const started = performance.now()
    const engine = await startEngine(container, pod)
    const part = await startPart<{ ready: true }>({
      engine,
      pod,
      container,
      contents: `import definition from "../../sandboxes/engines/${container.name}/engine.ts"
const engine = await definition.start({ deadlineMs: 60_000 })
console.log(JSON.stringify({ ready: true }))
process.exit(0)`,
      resolveDir: import.meta.dirname,
    })
    for await (const _ of part.lines) {
      const seconds = (performance.now() - started) / 1000
      const { memoryBytes, cpuNanos } = await docker.containers.usage(engine)
      rounds.push({ seconds, memoryMiB: memoryBytes / 2 ** 20, cpuSeconds: cpuNanos / 1e9 })
    }
  } finally {
    await removeAll(pod)
  }
}
const seconds = ascending(rounds.map((one) => one.seconds))
publish(
  "boot",
  { rounds, p50: quantile(seconds, 0.5), max: quantile(seconds, 1) },
  rounds.map((one) => ({
    "seconds to first answer": round(one.seconds),
    "CPU s": round(one.cpuSeconds),
    "memory MiB": round(one.memoryMiB, 0),
  })),
)
process.exit(0)
