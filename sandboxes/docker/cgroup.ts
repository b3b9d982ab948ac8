/** Reads what a container's processes use from its control group, where the engine runs on this very machine. Writes nothing. */
import { readFile } from "node:fs/promises"

export interface Usage {
  /** CPU time since the container's start, all cores together, nanoseconds. */
  cpuNanos: number
  memoryBytes: number
}

/** Reads the figures; null once the control group is gone. */
export type UsageReader = () => Promise<Usage | null>

/**
 * A reader for the container whose first process has this number; null where that process is not in a control group named after the
 * container: then the engine runs elsewhere (a virtual machine, another name space) and the number means somebody else here.
 * The engine's own statistics take a second per answer (20.10, also with one-shot), a file takes microseconds.
 */
export async function usageReader(id: string, pid: number): Promise<UsageReader | null> {
  try {
    const groups = (await readFile(`/proc/${pid}/cgroup`, "utf8")).trim().split("\n")
    const folder = async (controller: string) => {
      // Lines are `number:controllers:path`; version 2 has the one line `0::path`.
      const parts = groups.map((line) => line.split(":"))
      const old = parts.find(([, names]) => names?.split(",").includes(controller))
      const path = (old ?? parts.find(([number, names]) => number === "0" && names === ""))?.slice(2).join(":")
      const mount = await mountOf(old ? controller : undefined)
      return path?.includes(id) && mount ? { folder: mount + path, version: old ? 1 : 2 } : null
    }
    const [cpu, memory] = await Promise.all([folder("cpuacct"), folder("memory")])
    if (!cpu || !memory) return null
    const read = async (): Promise<Usage | null> => {
      try {
        return {
          cpuNanos:
            cpu.version === 1
              ? Number(await readFile(`${cpu.folder}/cpuacct.usage`, "utf8"))
              : Number(/^usage_usec (\d+)/m.exec(await readFile(`${cpu.folder}/cpu.stat`, "utf8"))![1]) * 1000,
          memoryBytes: Number(
            await readFile(`${memory.folder}/memory.${memory.version === 1 ? "usage_in_bytes" : "current"}`, "utf8"),
          ),
        }
      } catch {
        return null
      }
    }
    return (await read()) && read
  } catch {
    return null
  }
}

/** Where a version 1 controller, or without a name the one tree of version 2, is mounted. */
async function mountOf(controller: string | undefined): Promise<string | undefined> {
  const mounts = (await readFile("/proc/mounts", "utf8")).split("\n").map((line) => line.split(" "))
  return mounts.find(([, , type, options]) =>
    controller ? type === "cgroup" && options?.split(",").includes(controller) : type === "cgroup2",
  )?.[1]
}
