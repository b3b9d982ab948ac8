/**
 * The same GETs by us and by Debian's redis-benchmark, on one Redis server as a pod has it, both from a container in its network, in turns: do
 * both see the same throughput and p50? Closed loop, for redis-benchmark knows no other: each connection sends when its answer is in.
 */
import { randomBytes } from "node:crypto"
import { median } from "../../sandboxes/measurement/statistics.ts"
import { engineContainer } from "../../server/grade-submission.ts"
import { removeAll, runBeside, startEngine, startPart } from "../support/engine-part.ts"
import { type Compared, callOf, type Load, type Target } from "./generator-part.ts"

const ROUNDS = 7
const VALUE_BYTES = 100

export interface SideBySide {
  ours: Compared
  theirs: Compared
}

/** Medians of the rounds of each, for each load. */
export async function besideRedisBenchmark(loads: Load[]): Promise<SideBySide[]> {
  const container = await engineContainer("redis")
  const pod = randomBytes(6).toString("hex")
  const ofOurs = async <Line>(engine: string, call: string): Promise<Line> => {
    const part = await startPart<Line>({
      engine,
      pod,
      container,
      contents: `import { closedLoop, hold } from "./generator-part.ts"\nawait ${call}`,
      resolveDir: import.meta.dirname,
    })
    for await (const line of part.lines) return line
    await part.ended()
    throw new Error(`${call} ended without a line.`)
  }
  try {
    const engine = await startEngine(container, pod)
    const target = await ofOurs<Target>(engine, `hold("key", ${VALUE_BYTES})`)
    const found: SideBySide[] = []
    for (const load of loads) {
      const ours: Compared[] = []
      const theirs: Compared[] = []
      for (let round = 0; round < ROUNDS; round++) {
        theirs.push(readCsv(await runBeside({ engine, pod, image: "redis-benchmark", args: argsOf(target, load) })))
        ours.push(await ofOurs<Compared>(engine, `closedLoop(${JSON.stringify(target)}, ${JSON.stringify(load)})`))
      }
      found.push({ ours: middle(ours), theirs: middle(theirs) })
    }
    return found
  } finally {
    await removeAll(pod)
  }
}

function argsOf({ port, user, password, key }: Target, { connections, calls, gets }: Load): string[] {
  const who = ["-h", "127.0.0.1", "-p", String(port), "--user", user, "-a", password]
  return [...who, "-n", String(calls), "-c", String(connections), "-P", "1", "--csv", ...callOf(key, gets)]
}

/** Two lines: names of columns, and figures behind the words of the call, in which commas may stand as well: so columns are counted from the end. */
function readCsv(output: string): Compared {
  const [figures, names] = output
    .trim()
    .split("\n")
    .map((line) => line.replaceAll('"', "").split(",").reverse())
    .reverse()
  const figure = (name: string) => Number(figures?.[names?.indexOf(name) ?? -1])
  const compared = { perSecond: figure("rps"), p50Ms: figure("p50_latency_ms") }
  if (!(compared.perSecond > 0 && compared.p50Ms > 0)) throw new Error(`redis-benchmark printed no figures: ${output}`)
  return compared
}

const middle = (rounds: Compared[]): Compared => ({
  perSecond: median(rounds.map(({ perSecond }) => perSecond)),
  p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
})
