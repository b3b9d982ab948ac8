/** Opens what a command needs of this machine, by the settings: the Docker Engine and the images. */
import { existsSync } from "node:fs"
import type { Docker } from "../sandboxes/docker/docker.ts"
import { ensureImages, type ImageOptions, type Images, type Progress } from "../sandboxes/docker/images.ts"
import { type FoundDocker, findDocker } from "../sandboxes/docker/own-engine.ts"
import { interrupted } from "./interrupt.ts"
import { settings } from "./settings.ts"

export interface Machine {
  docker: Docker
  images: Images
}

/** Installs, starts and builds what is missing. `names` limits which images; throws sentences that say what to do. */
export async function openMachine({ onProgress, names }: { onProgress: Progress; names?: string[] }): Promise<Machine> {
  const found = await findEngine({ onProgress })
  const images = await ensureImages({
    ...imageOptions(found),
    onProgress,
    signal: interrupted,
    ...(names && { names }),
  })
  return { docker: found.docker, images }
}

/** `start: false` only looks, and throws where none runs. */
export function findEngine({
  onProgress,
  start,
}: {
  onProgress?: Progress
  start?: boolean
} = {}): Promise<FoundDocker> {
  const { dockerHost, stateFolder } = settings()
  return findDocker({
    dockerHost,
    stateFolder,
    signal: interrupted,
    ...(onProgress && { onProgress }),
    ...(start !== undefined && { start }),
  })
}

export function imageOptions({ docker, buildNetwork }: FoundDocker): ImageOptions {
  const { stateFolder, base, caBundles } = settings()
  return { docker, buildNetwork, stateFolder, base, caBundle: caBundles.find((path) => existsSync(path)) }
}
