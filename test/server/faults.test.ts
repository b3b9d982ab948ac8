import { describe, expect, it } from "vitest"
import { PodFault } from "../../sandboxes/faults.ts"
import {
  gradeQuickDisturbed,
  leftovers,
  type RunContainer,
  strongAccess,
  strongWith,
  workshop,
} from "../support/grading.ts"

/** One of two: only the candidate's hosts are there where nothing is timed. */
const CANDIDATE_SLOT = "0"

const BOTH_TRIES = 2

/** Kills the run's container of this role as soon as the phase begins; `times` says in how many of its pods. */
function killer(role: string, during: RegExp, times: number) {
  const spoiled = new Set<string>()
  return {
    killed: () => spoiled.size,
    async onPhase(phase: string, made: readonly RunContainer[]): Promise<void> {
      if (!during.test(phase)) return
      const { docker } = await workshop()
      const wanted = (one: RunContainer) => one.role === role && (role !== "host" || one.slot === CANDIDATE_SLOT)
      const newest = made.findLast(wanted)
      if (!newest || spoiled.has(newest.pod) || spoiled.size >= times) return
      spoiled.add(newest.pod)
      await docker.containers.kill(newest.id)
    },
  }
}

/** The strong reference, loaded so slowly that a kill which the first call of the load sets off finds it still loading. */
async function slowToLoad(engine = "redis") {
  return strongWith(
    {
      files: {
        "strong.ts": await strongAccess(engine),
        "access.ts": `import connectStrong from "./strong.ts"
export default async function connect(engines: any) {
  const strong = await connectStrong(engines)
  let slow = 400
  let atOnce = 0
  async function record(event: any) {
    atOnce++
    // Only a load has so many at once.
    if (atOnce > 8 && slow-- > 0) await new Promise((done) => setTimeout(done, 100))
    await strong.record(event).finally(() => atOnce--)
  }
  return { ...strong, record }
}
`,
      },
    },
    engine,
  )
}

/** The strong reference, connecting so slowly that a kill at the phase's beginning finds it at it. */
async function slowToConnect() {
  return strongWith(
    {
      files: {
        "strong.ts": await strongAccess("redis"),
        "access.ts": `import connectStrong from "./strong.ts"
export default async function connect(engines: any) {
  await new Promise((done) => setTimeout(done, 1_000))
  return connectStrong(engines)
}
`,
      },
    },
    "redis",
  )
}

describe("a death on our side is never charged to the candidate", () => {
  it.each([
    ["driver", "redis"],
    ["engine", "cassandra"],
    ["host", "redis"],
  ])("the %s killed in mid-run, on %s: run again on a fresh pod, and graded", async (role, engine) => {
    const fault = killer(role, /load/, 1)
    let all: readonly RunContainer[] = []
    const report = await gradeQuickDisturbed(await slowToLoad(engine), (phase, made) => {
      all = made
      void fault.onPhase(phase, made)
    })
    const { rejected, provenance } = report
    expect({ killed: fault.killed(), rejected, faults: provenance?.faults }).toEqual({
      killed: 1,
      rejected: null,
      faults: [expect.any(String)],
    })
    expect(report.evidence?.invariants.filter(({ broken }) => broken > 0)).toEqual([])
    // Two pods, and in neither anybody to be compared with: nothing was timed.
    expect(all.filter((one) => one.role === "host")).toHaveLength(4)
  })

  it("a host killed while the module connects: run again on a fresh pod, and not rejected", async () => {
    const fault = killer("host", /connect/, 1)
    const report = await gradeQuickDisturbed(await slowToConnect(), (phase, made) => void fault.onPhase(phase, made))
    const { rejected, provenance } = report
    expect({ killed: fault.killed(), rejected, faults: provenance?.faults }).toEqual({
      killed: 1,
      rejected: null,
      faults: [expect.stringContaining("host in slot 0")],
    })
  })

  it("the driver killed in both tries: thrown as our fault, with a plain sentence", async () => {
    const fault = killer("driver", /load/, BOTH_TRIES)
    const run = gradeQuickDisturbed(await slowToLoad(), (phase, made) => void fault.onPhase(phase, made))
    await expect(run).rejects.toThrow(PodFault)
    await expect(run).rejects.toThrow(/^The (driver|run|sandbox)[^\n]*/)
  })

  it("the engine dead in both tries, with only the candidate at work: the candidate's rejection", async () => {
    const fault = killer("engine", /load/, BOTH_TRIES)
    const report = await gradeQuickDisturbed(await slowToLoad(), (phase, made) => void fault.onPhase(phase, made))
    expect(report.rejected).toMatchObject({ stage: "run" })
    expect(report.rejected?.message).toMatch(/twice/)
  })

  it("leaves nothing behind", async () => expect(await leftovers()).toEqual([]))
})
