/** The labels by which containers and volumes of ours are known, and what they say about who made them. */
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"

/** What every container and volume of ours carries; list by these. */
export const OURS = { app: "proofrun" }

export interface Described {
  /** Which pod it belongs to. */
  pod: string
  /** What it is there: "engine", "driver", "host", "sockets" ... The driver's role must be "driver": the reaper looks at it. */
  role: string
  /** Number of the host process, for hosts and their volumes. */
  slot?: number
  /** false: it is meant to outlive the process that makes it (a warm pod), so only its deadline and its driver decide. */
  owned?: boolean
  /** After this time (milliseconds since 1970) it is garbage, whoever made it. */
  deadlineMs: number
}

/** Labels for a container or volume that this process makes. All values are text, as Docker demands. */
export function labelsOf({ pod, role, slot, deadlineMs, owned = true }: Described): Record<string, string> {
  const { owner, ...machine } = thisProcess()
  return {
    ...OURS,
    ...machine,
    ...(owned && { owner }),
    pod,
    role,
    ...(slot !== undefined && { slot: String(slot) }),
    deadline: String(Math.round(deadlineMs)),
  }
}

/** What `ownerLives` needs to know of this process. */
export function thisProcess(): { host: string; boot: string; owner: string } {
  return { host: machineName(), boot: bootOf(), owner: ownerOf(process.pid)! }
}

/** Whether the process that made it still lives; undefined where that cannot be known from here (another machine or process name space). */
export function ownerLives(labels: Record<string, string>): boolean | undefined {
  if (labels.host !== machineName() || !labels.owner || !labels.boot) return undefined
  const [kernel, processes] = labels.boot.split("/")
  const [ourKernel, ourProcesses] = bootOf().split("/")
  if (kernel !== ourKernel) return false
  if (processes !== ourProcesses) return undefined
  return ownerOf(Number(labels.owner.split("@")[0])) === labels.owner
}

/** Host names repeat ("localhost") where machines share an engine, hence the machine's id beside it. */
function machineName(): string {
  let id = ""
  try {
    id = readFileSync("/etc/machine-id", "utf8").trim().slice(0, 12)
  } catch {
    // Containers and small systems have none; the host name stands alone there.
  }
  return `${hostname()}/${id}`
}

/** This start of the kernel, and the name space in which process numbers hold. */
function bootOf(): string {
  const kernel = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
  const processes = /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0]
  return `${kernel}/${processes}`
}

/** `PID@START`: the number of a process and the time of its start (clock ticks since boot), so that a number used again is not mistaken for it. */
function ownerOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    // The command's name may contain spaces and brackets: count fields from behind its last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    const [state, start] = [fields[0], fields[19]]
    return state === "Z" || state === "X" ? undefined : `${pid}@${start}`
  } catch {
    return undefined
  }
}
