/** `proofrun pool`: what pods exist on this machine, read from their labels; removes them only when told to. */
import { join } from "node:path"
import { parseArgs } from "node:util"
import type { ContainerSummary } from "../../sandboxes/docker/containers.ts"
import type { Docker } from "../../sandboxes/docker/docker.ts"
import { OURS } from "../../sandboxes/docker/labels.ts"
import { dropAll, garbage } from "../../sandboxes/docker/reaper.ts"
import { openPool } from "../../sandboxes/pool.ts"
import { findEngine } from "../machine.ts"
import { settings } from "../settings.ts"

export const usage = `proofrun pool [--drop]      what is warm, in use and leaked on this machine

Lists the pods with their state, age and memory.
  warm     booted and waiting for a submission
  in use   a submission runs in it, or it is being made
  leaked   nobody will use it again; the next grading removes it
  --drop   removes all of them, those in use included`

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { drop: { type: "boolean", default: false } } })
  const { docker } = await findEngine({ start: false })
  if (values.drop) {
    process.stdout.write(`Removed ${await dropAll(docker)} containers and volumes.\n`)
    return 0
  }
  const pods = await listPods(docker)
  if (pods.length === 0) {
    process.stdout.write("There are no pods. ./proofrun up keeps some warm.\n")
    return 0
  }
  for (const { pod, state, containers, ageSeconds, memoryBytes } of pods)
    process.stdout.write(
      `${pod.padEnd(14)} ${state.padEnd(40)} ${String(containers).padStart(3)} containers ${age(ageSeconds).padStart(8)} ${Math.round(memoryBytes / 2 ** 20)} MiB\n`,
    )
  return 0
}

export interface PodLine {
  pod: string
  state: string
  containers: number
  ageSeconds: number
  memoryBytes: number
}

export async function listPods(docker: Docker): Promise<PodLine[]> {
  const containers = await docker.containers.list(OURS)
  const volumes = await docker.volumes.list(OURS)
  const pool = openPool({ docker, folder: join(settings().stateFolder, "pods") })
  const warm = new Set((await pool.warm()).map(({ pod }) => pod))
  const abandoned = new Set(await pool.abandoned())
  const names = new Set([...containers, ...volumes].map(({ labels }) => labels.pod ?? "(none)"))
  return Promise.all(
    [...names].sort().map(async (pod) => {
      const own = containers.filter(({ labels }) => (labels.pod ?? "(none)") === pod)
      const leak = abandoned.has(pod) ? "leaked: its process is gone" : await leaked(docker, own)
      const memory = await Promise.all(
        own.filter(({ running }) => running).map(({ id }) => docker.containers.usage(id).catch(() => null)),
      )
      return {
        pod,
        state: leak ?? (warm.has(pod) ? "warm" : "in use"),
        containers: own.length,
        ageSeconds: (Date.now() - Math.min(...own.map(({ createdAtMs }) => createdAtMs), Date.now())) / 1000,
        memoryBytes: memory.reduce((sum, usage) => sum + (usage?.memoryBytes ?? 0), 0),
      }
    }),
  )
}

async function leaked(docker: Docker, containers: ContainerSummary[]): Promise<string | null> {
  if (containers.length === 0) return "leaked: volumes without containers"
  for (const container of containers) {
    const why = await garbage(docker, container, Date.now())
    if (why) return `leaked: ${why}`
  }
  return null
}

function age(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`
}
