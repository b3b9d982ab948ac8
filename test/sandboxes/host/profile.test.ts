/** What a host's container really got, and what native code in it is refused. JavaScript cannot make these calls; a small program of ours can. */
import { rm } from "node:fs/promises"
import tar from "tar-stream"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { openControl } from "../../../sandboxes/driver/hosts-control.ts"
import { HOST_LIMITS } from "../../../sandboxes/host/profile.ts"
import { testDocker, testImages } from "../../support/docker.ts"
import { oldWayProgram, type Probe, probeProgram, readResults } from "./probe.ts"
import { hostSpecFor, sealedHost, socketFolder } from "./sealed-host.ts"

const EPERM = -1
const EACCES = -13
const ENOSYS = -38
const O_RDWR = 2
const SIGCHLD = 17

test("a host got what the profile asks for", async () => {
  const sealed = await sealedHost(4)
  const docker = await testDocker()
  const { raw } = (await docker.containers.inspect(sealed.container))!
  const { HostConfig, Config, NetworkSettings, Mounts } = raw as Record<string, Record<string, unknown>>
  expect(HostConfig).toMatchObject({
    NetworkMode: "none",
    CapAdd: null,
    CapDrop: ["ALL"],
    Privileged: false,
    ReadonlyRootfs: true,
    Memory: HOST_LIMITS.memoryBytes,
    MemorySwap: HOST_LIMITS.memoryBytes,
    OomScoreAdj: 1000,
    PidsLimit: HOST_LIMITS.pids,
    NanoCpus: 1e9,
    IpcMode: "none",
    CgroupnsMode: "private",
    PidMode: "",
    AutoRemove: false,
    RestartPolicy: { Name: "no" },
    LogConfig: { Type: "none" },
    Devices: null,
  })
  expect(HostConfig!.SecurityOpt).toEqual([
    "no-new-privileges",
    expect.stringMatching(/^seccomp=\{"defaultAction":"SCMP_ACT_ERRNO"/),
  ])
  expect(HostConfig!.MaskedPaths).toEqual(expect.arrayContaining(["/sys", "/dev/mqueue", "/proc/stat", "/proc/kcore"]))
  expect(Config).toMatchObject({ Tty: false, OpenStdin: false, User: expect.stringMatching(/^1\d{6}:1\d{6}$/) })
  expect(Object.keys((NetworkSettings as { Networks: object }).Networks)).toEqual(["none"])
  expect(Mounts).toMatchObject([{ Destination: "/run/proofrun", RW: false }])
  await sealed.close()
})

test("no two hosts of a pod, and no two pods, share a uid", async () => {
  const { hostSpec } = await import("../../../sandboxes/host/profile.ts")
  const user = (pod: string, slot: number) =>
    hostSpec({ name: "x", image: "x", slot, volume: "x", doors: ["x"], labels: { pod } }).User
  const users = ["0000", "0001", "ffff"].flatMap((pod) => Array.from({ length: 8 }, (_, slot) => user(pod, slot)))
  expect(new Set(users).size).toBe(24)
})

const FORBIDDEN: Probe[] = [
  { name: "ptrace of PID 1", number: 101, args: [16, 1] },
  { name: "process_vm_readv", number: 310, args: [1] },
  { name: "process_vm_writev", number: 311, args: [1] },
  { name: "kcmp", number: 312, args: [1, 1] },
  { name: "pidfd_open", number: 434, args: [1] },
  { name: "pidfd_getfd", number: 438, args: [0] },
  { name: "unshare of users", number: 272, args: [0x10000000] },
  { name: "clone into new users", number: 56, args: [0x10000000 | SIGCHLD] },
  { name: "setns", number: 308, args: [0] },
  { name: "mount", number: 165, args: ["none", "/tmp", "tmpfs"] },
  { name: "umount", number: 166, args: ["/tmp"] },
  { name: "pivot_root", number: 155, args: ["/tmp", "/tmp"] },
  { name: "chroot", number: 161, args: ["/tmp"] },
  { name: "open_tree", number: 428, args: [-100, "/tmp", 1] },
  { name: "fsopen", number: 430, args: ["tmpfs"] },
  { name: "AF_VSOCK", number: 41, args: [40, 1] },
  { name: "AF_ALG", number: 41, args: [38, 5] },
  { name: "AF_PACKET", number: 41, args: [17, 3] },
  { name: "AF_BLUETOOTH", number: 41, args: [31, 3] },
  { name: "netlink of netfilter", number: 41, args: [16, 3, 12] },
  { name: "raw socket", number: 41, args: [2, 3, 1] },
  { name: "io_uring_setup", number: 425, args: [8] },
  { name: "io_uring_enter", number: 426 },
  { name: "keyctl", number: 250, args: [0, -3] },
  { name: "add_key", number: 248, args: ["user", "a", "b", 1, -3] },
  { name: "request_key", number: 249, args: ["user", "a"] },
  { name: "bpf", number: 321 },
  { name: "perf_event_open", number: 298 },
  { name: "userfaultfd", number: 323, args: [1] },
  { name: "memfd_create", number: 319, args: ["x"] },
  { name: "memfd_secret", number: 447 },
  { name: "name_to_handle_at", number: 303, args: [-100, "/tmp"] },
  { name: "open_by_handle_at", number: 304 },
  { name: "personality", number: 135, args: [0x0040000] },
  { name: "shmget", number: 29, args: [0, 4096, 0o1600] },
  { name: "semget", number: 64, args: [0, 1, 0o1600] },
  { name: "msgget", number: 68, args: [0, 0o1600] },
  { name: "mq_open", number: 240, args: ["x", 0o102, 0o600] },
  { name: "vmsplice", number: 278 },
  { name: "tee", number: 276 },
  { name: "inotify_init1", number: 294 },
  { name: "fanotify_init", number: 300 },
  { name: "landlock", number: 444 },
  { name: "seccomp with a listener", number: 317, args: [1, 8] },
  { name: "setpriority of PID 1", number: 141, args: [0, 1, 19] },
  { name: "limits of PID 1", number: 302, args: [1, 7] },
  { name: "sched_setscheduler", number: 144, args: [0] },
  { name: "setuid", number: 105, args: [0] },
  { name: "setgroups", number: 116, args: [0] },
  { name: "setxattr", number: 188, args: ["/tmp", "user.x", "y", 1] },
  { name: "mknod", number: 133, args: ["/tmp/x", 0o60600, 0x0800] },
  { name: "init_module", number: 175 },
  { name: "kexec_load", number: 246 },
  { name: "reboot", number: 169 },
  { name: "swapon", number: 167, args: ["/tmp/x"] },
  { name: "acct", number: 163, args: ["/tmp/x"] },
  { name: "settimeofday", number: 164 },
  { name: "clock_settime", number: 227 },
  { name: "sethostname", number: 170, args: ["x", 1] },
  { name: "iopl", number: 172, args: [3] },
  { name: "syslog", number: 103, args: [3] },
  { name: "quotactl", number: 179 },
]
const UNKNOWN: Probe[] = [{ name: "clone3", number: 435, args: ["x".repeat(64), 64] }]
/** The image is read-only; PID 1, of the same uid, cannot be looked into. */
const REFUSED_FILES: Probe[] = [
  ["/proc/1/mem", O_RDWR],
  ["/proc/1/maps", 0],
  ["/proc/1/environ", 0],
  ["/proc/1/fd/0", 0],
  ["/proc/1/root/tmp", 0],
  ["/proc/1/oom_score_adj", O_RDWR],
  ["/proc/sys/kernel/core_pattern", O_RDWR],
  ["/proc/sysrq-trigger", O_RDWR],
  ["/proc/sys/vm/drop_caches", O_RDWR],
  ["/opt/proofrun/run.mjs", O_RDWR],
  ["/run/proofrun/x", 0o102],
  ["/dev/mqueue/x", 0o102],
  ["/dev/shm/x", 0o102],
  ["/dev/x", 0o102],
  ["/sys/fs/cgroup/x", 0o102],
  ["/sys/kernel/x", 0],
  ["/var/run/docker.sock", O_RDWR],
  ["/etc/shadow", 0],
].map(([path, flags]) => ({ name: `open ${path}`, number: 2, args: [path!, flags!, 0o600] }))
const CONTROL: Probe[] = [
  { name: "getpid", number: 39 },
  { name: "AF_UNIX", number: 41, args: [1, 1] },
]
/** What the candidate's own process is refused beyond that. */
const PROCESSES: Probe[] = [
  { name: "fork", number: 57 },
  { name: "vfork", number: 58 },
  { name: "clone of a process", number: 56, args: [SIGCHLD] },
  { name: "execve", number: 59, args: ["/opt/proofrun/init"] },
  { name: "execveat", number: 322, args: [-100, "/opt/proofrun/init"] },
]

const itsName = `proofrun/test-probe:${process.pid}`
const failures = (results: Record<string, number>, probes: Probe[], due: number[]) =>
  probes.map(({ name }) => [name, results[name]]).filter(([, result]) => !due.includes(result as number))

// The programs are of one machine's own code; another would need its own.
describe.skipIf(process.arch !== "x64")("native code in a host", () => {
  const all = [...FORBIDDEN, ...UNKNOWN, ...REFUSED_FILES, ...CONTROL]
  const asCandidate = [...PROCESSES, ...FORBIDDEN, ...UNKNOWN, ...REFUSED_FILES, ...CONTROL]

  beforeAll(async () => {
    const docker = await testDocker()
    const images = await testImages("host")
    const context = tar.pack()
    context.entry(
      { name: "Dockerfile" },
      `FROM ${images.host!.tag}\nCOPY node /opt/proofrun/bin/node\nCOPY probe i386 x32 /\n`,
    )
    context.entry({ name: "node", mode: 0o755 }, probeProgram(asCandidate, 3))
    context.entry({ name: "probe", mode: 0o755 }, probeProgram(all, 1))
    context.entry({ name: "i386", mode: 0o755 }, oldWayProgram())
    context.entry({ name: "x32", mode: 0o755 }, probeProgram([{ name: "getpid", number: 0x40000000 + 39 }], 1))
    context.finalize()
    const rest = { args: {}, labels: {}, network: "none", silenceMs: 60_000, onLine: () => {} }
    await docker.images.build(context, { tag: itsName, ...rest })
  })
  afterAll(async () => {
    await (await testDocker()).images.remove(itsName)
  })

  /** Runs a program of the probe image as the host's only process, and gives what it wrote. */
  async function runAlone(program: string) {
    const docker = await testDocker()
    const folder = await socketFolder()
    const spec = await hostSpecFor(folder, 5)
    const id = await docker.containers.create({
      ...spec,
      Image: itsName,
      Entrypoint: [program],
      Cmd: [],
      AttachStdout: true,
    })
    try {
      const attached = await docker.containers.attach(id)
      const chunks: Buffer[] = []
      attached.stdout.on("data", (chunk: Buffer) => chunks.push(chunk))
      await docker.containers.start(id)
      const state = await docker.containers.wait(id, 20_000)
      attached.detach()
      return { exitCode: state?.exitCode, bytes: Buffer.concat(chunks) }
    } finally {
      await docker.containers.remove(id)
      await rm(folder, { recursive: true })
    }
  }

  test("is refused by the container's profile alone", async () => {
    const { exitCode, bytes } = await runAlone("/probe")
    expect(exitCode).toBe(0)
    const results = readResults(all, bytes)
    expect(results.getpid).toBe(1)
    expect(results.AF_UNIX).toBeGreaterThan(0)
    expect(failures(results, FORBIDDEN, [EPERM, ENOSYS])).toEqual([])
    expect(failures(results, UNKNOWN, [ENOSYS])).toEqual([])
  })

  test.each(["/i386", "/x32"])("is ended when it makes a call of another kind (%s)", async (program) => {
    const SIGSYS = 31
    expect((await runAlone(program)).exitCode).toBe(128 + SIGSYS)
  })

  test("in the candidate's place can make no process, execute nothing and look into nothing", async () => {
    const docker = await testDocker()
    const folder = await socketFolder()
    const control = await openControl(`${folder}/control.sock`, 6)
    const id = await docker.containers.create({ ...(await hostSpecFor(folder, 6)), Image: itsName })
    try {
      await docker.containers.start(id)
      await control.ready(20_000)
      const { socket, early } = await control.start("run", 20_000)
      const chunks = [early]
      socket.on("data", (chunk: Buffer) => chunks.push(chunk))
      await new Promise((resolve) => socket.on("close", resolve).resume())
      const bytes = Buffer.concat(chunks)
      expect(bytes).toHaveLength(8 * asCandidate.length)
      const results = readResults(asCandidate, bytes)
      expect(results.getpid).toBeGreaterThan(1)
      expect(failures(results, PROCESSES, [EPERM])).toEqual([])
      expect(failures(results, FORBIDDEN, [EPERM, ENOSYS])).toEqual([])
      expect(failures(results, REFUSED_FILES, [EPERM, EACCES, -2, -30])).toEqual([])
      expect(await control.command("kill")).toBe("killed")
    } finally {
      await control.close()
      await docker.containers.remove(id)
      await rm(folder, { recursive: true })
    }
  })
})
