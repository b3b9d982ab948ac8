/** The Debian image that all of ours are built from: given, pulled, or made with debootstrap. */
import { spawn } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { aptInstall, canInstall } from "./apt.ts"
import type { Docker } from "./docker.ts"
import { DockerFault } from "./fault.ts"
import type { ImageSummary } from "./image-store.ts"
import type { Progress } from "./images.ts"
import { apart, withUs } from "./programs.ts"

const RELEASE = "bookworm"
const UPSTREAM = "debian:bookworm-slim"
/** The tag says where it came from; reports name it. */
const PULLED = "proofrun/base:bookworm-slim"
const BOOTSTRAPPED = "proofrun/base:bookworm-debootstrap"

/** Folders of file systems in the making; those of a process that was killed are removed by the next one. */
const UNFINISHED = "base-"

export interface Base {
  tag: string
  id: string
}

/** The base that is there already, without asking any registry; null if it has to be obtained. */
export async function presentBase(
  docker: Docker,
  given: string | undefined,
  ours: ImageSummary[],
): Promise<Base | null> {
  if (given) {
    const image = await docker.images.inspect(given)
    return image && { tag: given, id: image.id }
  }
  for (const tag of [PULLED, BOOTSTRAPPED]) {
    const image = ours.find((item) => item.tags.includes(tag))
    if (image) return { tag, id: image.id }
  }
  return null
}

/** Gets a base; call it under the lock of the images. Safe to break off: a half-made file system is removed by the next call. */
export async function obtainBase(
  docker: Docker,
  { given, stateFolder, onProgress }: { given: string | undefined; stateFolder: string; onProgress: Progress },
): Promise<Base> {
  const pulled = await pull(docker, given ?? UPSTREAM, onProgress)
  if (pulled !== null && given)
    throw new DockerFault(
      `The base image ${given} (PROOFRUN_BASE) is not in the Docker Engine and cannot be pulled: ${pulled}`,
    )
  if (pulled === null && given) return must(docker, given)
  if (pulled === null) await docker.images.tag(UPSTREAM, PULLED)
  else await bootstrap(docker, { stateFolder, onProgress, whyNotPulled: pulled })
  return must(docker, pulled === null ? PULLED : BOOTSTRAPPED)
}

async function must(docker: Docker, tag: string): Promise<Base> {
  const image = await docker.images.inspect(tag)
  if (!image) throw new DockerFault(`The Docker Engine has lost the image ${tag} again; run it again.`)
  return { tag, id: image.id }
}

/** null: it is there now; else why not. */
async function pull(docker: Docker, reference: string, onProgress: Progress): Promise<string | null> {
  onProgress(`Pulling ${reference}`)
  try {
    await docker.images.pull(reference, 25_000, () => {})
    return null
  } catch (error) {
    return (error as Error).message
  }
}

async function bootstrap(
  docker: Docker,
  { stateFolder, onProgress, whyNotPulled }: { stateFolder: string; onProgress: Progress; whyNotPulled: string },
): Promise<void> {
  const log = join(stateFolder, "debootstrap.log")
  if (!existsSync("/usr/sbin/debootstrap")) {
    if (!canInstall())
      throw new DockerFault(
        `There is no base image: ${whyNotPulled} Pull ${UPSTREAM}, or name a Debian ${RELEASE} image that the Docker Engine has in PROOFRUN_BASE, or run this as root on Debian or Ubuntu, where it can be made with debootstrap.`,
      )
    onProgress("Installing debootstrap")
    await aptInstall(["debootstrap", "debian-archive-keyring"], log)
  }
  if (process.getuid?.() !== 0)
    throw new DockerFault(`There is no base image: ${whyNotPulled} Making one with debootstrap needs root.`)
  onProgress(`Making a Debian ${RELEASE} base image with debootstrap (about 40 s)`)
  mkdirSync(stateFolder, { recursive: true })
  for (const name of readdirSync(stateFolder)) if (name.startsWith(UNFINISHED)) await clear(join(stateFolder, name))
  const folder = mkdtempSync(join(stateFolder, UNFINISHED))
  // mkdtemp makes it for us alone, and it becomes the root folder of every image.
  chmodSync(folder, 0o755)
  try {
    await withUs("debootstrap", ["--variant=minbase", RELEASE, folder], log)
    rmSync(join(folder, "var/cache/apt"), { recursive: true, force: true })
    onProgress("Importing the base image")
    const pack = spawn("tar", ["-C", folder, "--one-file-system", "-c", "."], { stdio: ["ignore", "pipe", "ignore"] })
    const packed = new Promise<void>((resolve, reject) => {
      pack.on("error", reject)
      pack.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`tar of the base image failed (${code}).`))))
    })
    const imported = `${BOOTSTRAPPED}-unchecked`
    await Promise.all([packed, docker.images.importTar(pack.stdout, imported)])
    // Only now, with tar's success known, does it get the name by which it is trusted.
    await docker.images.tag(imported, BOOTSTRAPPED)
    await docker.images.remove(imported)
  } finally {
    await clear(folder)
  }
}

/** Removes a file system, unless something is still mounted in it: then a removal would reach through the mount. */
async function clear(folder: string): Promise<void> {
  const mounted = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((place) => place.startsWith(`${folder}/`))
  for (const place of mounted.sort().reverse()) await apart("umount", [place], "/dev/null")
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
