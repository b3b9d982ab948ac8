/** The sealed containers of a pod: their options in the Docker API's own words. Pure; talks to no engine. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { ContainerSpec } from "../docker/containers.ts"
import { DRIVER_SOCKETS, ENGINE_SOCKET, HOST_SOCKETS } from "../driver/protocol.ts"
import type { EngineContainer } from "../engines/engine.ts"

interface Limits {
  memoryBytes: number
  pids: number
  cpus: number
  nofile: number
  fileSizeBytes: number
}

const MIB = 1024 * 1024

/** One host: Node with a heap of 128 MiB, or Node, the bundler and the type checker. */
export const HOST_LIMITS: Limits = { memoryBytes: 320 * MIB, pids: 64, cpus: 1, nofile: 512, fileSizeBytes: 16 * MIB }
const DRIVER_LIMITS: Limits = { memoryBytes: 768 * MIB, pids: 64, cpus: 2, nofile: 1024, fileSizeBytes: 16 * MIB }

/** The door of an engine on its usual port; see `hostSpec`. */
export const door = (engine: string, port: number): string => `${engine}=127.0.0.1:${port}=${ENGINE_SOCKET}`

// Owned by root with the sticky bit: candidate code can leave no trace in the folder's own times and mode.
const TMP = { "/tmp": "rw,noexec,nosuid,nodev,size=16m,nr_inodes=1024,mode=1777" }

/** Docker's own list. Some Docker versions mask less than the newest ones do. */
const MASKED = [
  ...[
    "acpi",
    "asound",
    "interrupts",
    "kcore",
    "keys",
    "latency_stats",
    "sched_debug",
    "scsi",
    "timer_list",
    "timer_stats",
  ],
].map((name) => `/proc/${name}`)
/** Beside it, for candidate code: what tells of the machine, of other tenants, or of how busy the machine is. */
const MASKED_FOR_CANDIDATES = [
  ...["buddyinfo", "bus", "cgroups", "cmdline", "consoles", "cpuinfo", "crypto", "devices", "diskstats", "driver"],
  ...[
    "execdomains",
    "fb",
    "fs",
    "iomem",
    "ioports",
    "irq",
    "kallsyms",
    "key-users",
    "kmsg",
    "kpagecgroup",
    "kpagecount",
  ],
  ...["kpageflags", "loadavg", "locks", "mdstat", "misc", "modules", "mtrr", "pagetypeinfo", "partitions", "pressure"],
  ...["schedstat", "slabinfo", "softirqs", "stat", "swaps", "vmallocinfo", "vmstat", "zoneinfo"],
].map((name) => `/proc/${name}`)
const READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]

const SECCOMP = JSON.stringify(JSON.parse(readFileSync(join(import.meta.dirname, "seccomp.json"), "utf8")))

interface Sealed {
  name: string
  image: string
  /** `UID:GID`. */
  user: string
  /** After the image's entry point. */
  command: string[]
  labels: Record<string, string>
  limits: Limits
  /** Mount point -> tmpfs options. */
  tmpfs: Record<string, string>
  /** `VOLUME:PATH[:ro]`. */
  binds?: string[]
  /** Container whose network it joins; it has none at all by default. */
  joins?: string
  environment?: Record<string, string>
  masked: string[]
  /** Its standard streams are spoken to; when its stdin loses its worker, it is told. */
  attached: boolean
}

/** Everything shut: no network of its own, nothing writable but the tmpfs given, no log, no restart. */
function sealed(options: Sealed): ContainerSpec {
  const { limits, attached, joins } = options
  // The library's types do not know CgroupnsMode yet.
  const HostConfig: ContainerSpec["HostConfig"] & { CgroupnsMode: "private" } = {
    NetworkMode: joins ? `container:${joins}` : "none",
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges", `seccomp=${SECCOMP}`],
    Privileged: false,
    ReadonlyRootfs: true,
    Tmpfs: options.tmpfs,
    Binds: options.binds ?? [],
    Memory: limits.memoryBytes,
    // Equal to Memory: no swap.
    MemorySwap: limits.memoryBytes,
    OomScoreAdj: 1000,
    PidsLimit: limits.pids,
    NanoCpus: Math.round(limits.cpus * 1e9),
    // Private, and without /dev/shm.
    IpcMode: "none",
    CgroupnsMode: "private",
    MaskedPaths: options.masked,
    ReadonlyPaths: READ_ONLY,
    Ulimits: [
      { Name: "core", Soft: 0, Hard: 0 },
      { Name: "nofile", Soft: limits.nofile, Hard: limits.nofile },
      { Name: "fsize", Soft: limits.fileSizeBytes, Hard: limits.fileSizeBytes },
      { Name: "memlock", Soft: 0, Hard: 0 },
      { Name: "msgqueue", Soft: 0, Hard: 0 },
    ],
    // Output goes to whoever is attached, never to the machine's disk.
    LogConfig: { Type: "none", Config: {} },
    RestartPolicy: { Name: "no" },
    // A daemon with live restore destroys containers with AutoRemove when it starts again.
    AutoRemove: false,
  }
  return {
    name: options.name,
    Image: options.image,
    User: options.user,
    // Docker refuses a host name where the network is another container's.
    ...(!joins && { Hostname: "host" }),
    Cmd: options.command,
    Env: Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    Labels: options.labels,
    // Nobody here ends in order: a Docker Engine that ends them, as it does when it starts again, need not wait for that.
    StopSignal: "SIGKILL",
    Tty: false,
    OpenStdin: attached,
    StdinOnce: attached,
    AttachStdin: attached,
    AttachStdout: attached,
    AttachStderr: attached,
    HostConfig,
  }
}

/**
 * A uid for one role in one pod, from the pod's random name: two containers of one uid share its quotas of pipes and the like, so that one
 * tenant could starve another. Slots 0 to 14; 15 is the driver.
 */
function uidOf(pod: string, index: number): number {
  return 1_000_000 + Number.parseInt(pod.slice(0, 4), 16) * 16 + index
}
const DRIVER_INDEX = 15

/** The volume of a slot's two sockets, as options of a tmpfs mount. Only that slot's host, read-only, and the driver mount it. */
export function socketVolume(): { options: string } {
  return { options: "size=64k,nr_inodes=8,mode=1777,nosuid,nodev,noexec" }
}

/** The container of one host process of one arm. `labels.pod` must be the pod's name of hexadecimal digits. */
export function hostSpec(options: {
  name: string
  image: string
  slot: number
  volume: string
  labels: Record<string, string>
  /** Engines offered inside: NAME=ADDRESS:PORT=SOCKET, where SOCKET is a file in the slot's volume. */
  doors: string[]
}): ContainerSpec {
  const { name, image, slot, volume, labels, doors } = options
  const uid = uidOf(labels.pod ?? "", slot)
  return sealed({
    name,
    image,
    user: `${uid}:${uid}`,
    labels,
    command: doors,
    limits: HOST_LIMITS,
    tmpfs: TMP,
    binds: [`${volume}:${HOST_SOCKETS}:ro,nocopy`],
    masked: [...MASKED, ...MASKED_FOR_CANDIDATES, "/sys", "/dev/mqueue"],
    attached: false,
  })
}

/** The container of the driver and its relays: in the engine's network, with every slot's sockets. */
export function driverSpec(options: {
  name: string
  image: string
  /** Id of the engine's container. */
  engineContainer: string
  /** Volume of each slot, in the order of slots. */
  volumes: string[]
  args: string[]
  labels: Record<string, string>
}): ContainerSpec {
  const { name, image, engineContainer, volumes, args, labels } = options
  const uid = uidOf(labels.pod ?? "", DRIVER_INDEX)
  return sealed({
    name,
    image,
    user: `${uid}:${uid}`,
    labels,
    command: args,
    limits: DRIVER_LIMITS,
    tmpfs: TMP,
    binds: volumes.map((volume, slot) => `${volume}:${DRIVER_SOCKETS}/${slot}:nocopy`),
    joins: engineContainer,
    masked: [...MASKED, "/sys/firmware", "/dev/mqueue"],
    attached: true,
  })
}

/** The container of an engine, as its `container.ts` asks; its uid is the image's own, since its files belong to it. */
export function engineSpec(options: {
  name: string
  image: string
  container: EngineContainer
  labels: Record<string, string>
}): ContainerSpec {
  const { name, image, container, labels } = options
  return sealed({
    name,
    image,
    user: container.user,
    labels,
    command: [],
    limits: container,
    tmpfs: container.tmpfs,
    environment: container.environment,
    masked: [...MASKED, "/sys/firmware", "/dev/mqueue"],
    attached: false,
  })
}
