/** Removes containers and volumes of ours that nobody will ever use again. Never touches what does not carry our labels. */
import type { ContainerSummary } from "./containers.ts"
import type { Docker } from "./docker.ts"
import { OURS, ownerLives } from "./labels.ts"

export interface Reaped {
  kind: "container" | "volume"
  name: string
  why: string
}

/** A pod's containers are made one after another; without a driver it is taken for garbage only after this time. */
const MAKING_MS = 180_000
/** For this long after it has ended, a driver is left to the worker that reads its last lines. */
const READING_MS = 30_000
/** And the rest of its pod, so that the worker can see what ended first. An engine that was still booting would not end by itself. */
const LOOKING_MS = 4_000

/**
 * Looks at everything of ours and removes what is garbage: the deadline passed, the process that made it is gone, or the pod's driver is.
 * What is listed may be stale by the time it is looked at, so each container is described anew right before its removal. Several processes may
 * reap at once. Returns what this call removed.
 */
export async function reap(docker: Docker, nowMs: number = Date.now()): Promise<Reaped[]> {
  const reaped: Reaped[] = []
  const endedPods = new Set<string>()
  const remove = async (item: ContainerSummary) => {
    if (!(await garbage(docker, item, nowMs))) return
    const now = await docker.containers.inspect(item.id)
    const why = now && (await garbage(docker, now, nowMs))
    if (!now || !why) return
    await docker.containers.remove(now.id)
    reaped.push({ kind: "container", name: now.name, why })
    if (now.labels.role === "driver" && now.labels.pod) endedPods.add(now.labels.pod)
  }
  // Drivers last: it is by its ended driver that the rest of a pod is known for garbage. The others side by side: what is left of a run still works.
  const [drivers, others] = partition(await docker.containers.list(OURS), ({ labels }) => labels.role === "driver")
  await Promise.all(others.map(remove))
  await Promise.all(drivers.map(remove))
  for (const { name } of await docker.volumes.list(OURS)) {
    const now = await docker.volumes.inspect(name)
    const why =
      now && (endedPods.has(now.labels.pod ?? "") ? "its pod's driver has ended" : outlived(now.labels, nowMs))
    if (why && (await docker.volumes.remove(name))) reaped.push({ kind: "volume", name, why })
  }
  return reaped
}

/** Removes everything of ours, used or not, and returns how many things that were. */
export async function dropAll(docker: Docker): Promise<number> {
  const containers = await docker.containers.list(OURS)
  for (const { id } of containers) await docker.containers.remove(id)
  const volumes = await docker.volumes.list(OURS)
  for (const { name } of volumes) await docker.volumes.remove(name)
  return containers.length + volumes.length
}

/** Why this container is garbage, in words; null if it is not. */
export async function garbage(
  docker: Docker,
  item: Pick<ContainerSummary, "labels" | "createdAtMs">,
  nowMs: number,
): Promise<string | null> {
  const plain = outlived(item.labels, nowMs)
  if (plain || !item.labels.pod) return plain
  const [driver] = await docker.containers.list({ ...OURS, pod: item.labels.pod, role: "driver" })
  if (!driver) return nowMs - item.createdAtMs > MAKING_MS ? "its pod has no driver" : null
  const state = await docker.containers.inspect(driver.id)
  if (state?.running || state?.status === "created") return null
  if (state && nowMs - state.endedAtMs < (item.labels.role === "driver" ? READING_MS : LOOKING_MS)) return null
  return "its pod's driver has ended"
}

function outlived(labels: Record<string, string>, nowMs: number): string | null {
  if (ownerLives(labels) === false) return "the process that made it is gone"
  const deadline = Number(labels.deadline)
  if (Number.isFinite(deadline) && deadline < nowMs) return "its deadline has passed"
  return null
}

function partition<T>(all: T[], fits: (one: T) => boolean): [T[], T[]] {
  return [all.filter(fits), all.filter((one) => !fits(one))]
}
