/** From the wish for a pod to its driver's first word on the job, once a pod is warm. Options: --rounds N (10), --engine NAME (cassandra) */
import { parseArgs } from "node:util"
import { ascending, quantile } from "../../sandboxes/measurement/statistics.ts"
import { runJob } from "../../sandboxes/pod.ts"
import { engineContainer } from "../../server/grade-submission.ts"
import { reference, workshop } from "../support/grading.ts"
import { publish, round } from "./results.ts"

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "10" }, engine: { type: "string", default: "cassandra" } },
})
const container = await engineContainer(values.engine)
const { docker, images, pool } = await workshop()
const submission = await reference("strong", values.engine)
const claims: number[] = []
const firsts: number[] = []
for (let index = 0; index < Number(values.rounds); index++) {
  await pool.add({ images, engine: container, question: "clickstream" })
  const started = performance.now()
  const pod = await pool.claim("clickstream", container.name, images)
  if (!pod) throw new Error("the warm pod was not there")
  claims.push(performance.now() - started)
  const job = {
    type: "job" as const,
    submission,
    quick: true,
    timed: false,
    key: "00".repeat(32),
    seed: "claim",
    nowMs: Date.now(),
  }
  await new Promise<void>((resolve) => {
    runJob(docker, pod, job, () => {
      firsts.push(performance.now() - started)
      resolve()
    }).catch(() => {})
  })
  firsts.length = index + 1
  await pool.remove(pod)
}
const row = (what: string, all: number[]) => {
  const sorted = ascending(all)
  return { what, n: all.length, "p50 ms": round(quantile(sorted, 0.5), 1), "p99 ms": round(quantile(sorted, 0.99), 1) }
}
const rows = [
  row("claim: record taken, driver found alive", claims),
  row("wish to the first step of the candidate's run", firsts),
]
publish("claim", { claims, firsts }, rows)
process.exit(0)
