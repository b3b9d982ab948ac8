/** Opens what a grading needs of this machine, once per process: the Docker Engine, the images, the pool, and the facts for provenance. */
import { arch, cpus, release, totalmem } from "node:os"
import { join } from "node:path"
import type { Docker } from "../sandboxes/docker/docker.ts"
import type { Images } from "../sandboxes/docker/images.ts"
import { reap } from "../sandboxes/docker/reaper.ts"
import type { Provenance } from "../sandboxes/evidence.ts"
import { openPool, type Pool } from "../sandboxes/pool.ts"
import { openMachine } from "./machine.ts"
import { settings } from "./settings.ts"

export interface Workshop {
  docker: Docker
  images: Images
  pool: Pool
  machine: Provenance["machine"]
  stateFolder: string
}

/** Installs, starts and builds what is missing, telling `onProgress` in lines; throws plain sentences. */
export async function openWorkshop(onProgress: (line: string) => void): Promise<Workshop> {
  const { stateFolder } = settings()
  const { docker, images } = await openMachine({ onProgress })
  const pool = openPool({ docker, folder: join(stateFolder, "pods") })
  // What cannot be removed now is tried again by whoever reaps later, and keeps nobody from starting.
  const later = (error: Error) => onProgress(`Leftovers stay for now: ${error.message}`)
  await pool.dropAbandoned().catch(later)
  await reap(docker).catch(later)
  const facts = await docker.facts()
  return {
    docker,
    images,
    pool,
    stateFolder,
    machine: {
      cores: cpus().length,
      cpu: cpus()[0]?.model ?? "unknown",
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      kernel: release(),
      architecture: arch(),
      node: process.version,
      docker: facts.version,
      cgroups: facts.cgroupVersion,
    },
  }
}
