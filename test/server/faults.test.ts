import { describe, expect, it } from "vitest"
import { PodFault } from "../../sandboxes/faults.ts"
import { gradeQuickDisturbed, leftovers, strongAccess, strongWith, workshop } from "../support/grading.ts"

/** The hosts of the references do nothing in a quick run: it must be one of the candidate's. */
const CANDIDATE_SLOT = "0"

/** However many pods there are: a pod of somebody else on this machine that is hit must not leave a try of ours alive. */
const EVERY_RUN = Number.POSITIVE_INFINITY

/** Kills the container of this role as soon as the phase begins; `times` says how many runs it spoils. Pods that others keep warm are spared. */
function killer(role: string, during: RegExp, times: number) {
  let killed = 0
  const spoiled = new Set<string>()
  return {
    killed: () => killed,
    async onPhase(phase: string): Promise<void> {
      if (killed >= times || !during.test(phase)) return
      const { docker, pool } = await workshop()
      const kept = new Set((await pool.warm()).map(({ pod }) => pod))
      const labels = { app: "proofrun", role, ...(role === "host" && { slot: CANDIDATE_SLOT }) }
      for (const container of await docker.containers.list(labels)) {
        const { pod } = container.labels
        if (!container.running || spoiled.has(pod) || kept.has(pod) || killed >= times) continue
        spoiled.add(pod)
        killed++
        await docker.containers.kill(container.id)
      }
    },
  }
}

/** The strong reference, loaded so slowly that a kill which the first call of the load sets off finds it still loading. */
async function slowToLoad() {
  return strongWith({
    files: {
      "strong.ts": await strongAccess(),
      "access.ts": `import connectStrong from "./strong.ts"
export default async function connect(engines: any) {
  const strong = await connectStrong(engines)
  return { ...strong, async record(event: any) { await new Promise((done) => setTimeout(done, 50)); await strong.record(event) } }
}
`,
    },
  })
}

describe("a death on our side is never charged to the candidate", () => {
  for (const role of ["driver", "engine", "host"])
    it(`the ${role} killed in mid-run: run again on a fresh pod, and graded`, async () => {
      const fault = killer(role, /load/, 1)
      const report = await gradeQuickDisturbed(await slowToLoad(), (phase) => void fault.onPhase(phase))
      expect(fault.killed()).toBe(1)
      expect(report.rejected).toBeNull()
      expect(report.provenance?.faults).toHaveLength(1)
      expect(report.evidence?.invariants.filter(({ broken }) => broken > 0)).toEqual([])
    })

  it("the driver killed in both tries: thrown as our fault, with a plain sentence", async () => {
    const fault = killer("driver", /load/, EVERY_RUN)
    const run = gradeQuickDisturbed(await slowToLoad(), (phase) => void fault.onPhase(phase))
    await expect(run).rejects.toThrow(PodFault)
    await expect(run).rejects.toThrow(/^The (driver|run|sandbox)[^\n]*/)
  })

  it("the engine dead in both tries, with only the candidate at work: the candidate's rejection", async () => {
    const fault = killer("engine", /load/, 2)
    const report = await gradeQuickDisturbed(await slowToLoad(), (phase) => void fault.onPhase(phase))
    expect(report.rejected).toMatchObject({ stage: "run" })
    expect(report.rejected?.message).toMatch(/twice/)
  })

  it("leaves nothing behind", async () => expect(await leftovers()).toEqual([]))
})
