/** Sees to it that our images exist in a Docker Engine, each tagged by a hash of all that it is made from. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Base, obtainBase, presentBase } from "./base.ts"
import { type ContextFile, contextFiles, fingerprint, packContext } from "./build-context.ts"
import type { Docker } from "./docker.ts"
import { type FileHashes, fileHashes } from "./file-hashes.ts"
import type { ImageSummary } from "./image-store.ts"
import { OURS } from "./labels.ts"
import { withLock } from "./locks.ts"
import { needsOf, type Recipe, readRecipes, select } from "./recipes.ts"

export interface Image {
  tag: string
  /** sha256 of the image's configuration, which names all its layers. */
  digest: string
}

export type Images = Record<string, Image>

/** Told what is being done now, one line of text at each change. */
export type Progress = (line: string) => void

export interface ImageOptions {
  docker: Docker
  /** Keeps the file hashes and the log of debootstrap. */
  stateFolder: string
  /** Which images, with what they need; all by default. */
  names?: string[]
  /** A Debian image to build from, in place of our own choice. */
  base?: string | undefined
  /** File of CA certificates that the machine trusts beyond the usual: builds trust them as well. */
  caBundle?: string | undefined
  /** Network for the steps of builds; undefined: the engine's default bridge. */
  buildNetwork?: string | undefined
  onProgress?: Progress
  signal?: AbortSignal
}

/**
 * What build stages leave behind makes the next build quick, and takes gigabytes: it is kept for this long. Images that are no longer what this
 * checkout would build are kept as long, for another checkout on the same machine may be running from them.
 */
const KEPT_MS = 3 * 24 * 3_600_000
/** Longest time without a line of output before a build counts as stuck, milliseconds. */
const SILENCE_MS = 900_000

/**
 * Builds what is missing and returns all images by name, and the base they are made from as `base`. Nothing is done where the tags exist.
 * One builds at a time on a machine; the others wait and then find the work done. Breaking off loses only the step that was running.
 */
export async function ensureImages(options: ImageOptions): Promise<Images> {
  const { docker, stateFolder, names, onProgress = () => {}, signal } = options
  const recipes = select(readRecipes(), names)
  const hashes = fileHashes(join(stateFolder, "file-hashes.json"))
  const present = await look({ docker, recipes, hashes, given: options.base })
  if (present.missing.length === 0) return present.images
  const onWait = () => onProgress("Waiting for another Proofrun on this machine that builds the images")
  return withLock("images", () => build(recipes, hashes, { ...options, onProgress }), {
    onWait,
    ...(signal && { signal }),
  })
}

/** Names of the images that `ensureImages` would build. Changes nothing. */
export async function missingImages({ docker, stateFolder, base }: ImageOptions): Promise<string[]> {
  const hashes = fileHashes(join(stateFolder, "file-hashes.json"))
  return (await look({ docker, recipes: select(readRecipes(), undefined), hashes, given: base })).missing
}

interface Seen {
  images: Images
  missing: string[]
}

async function look({
  docker,
  recipes,
  hashes,
  given,
}: {
  docker: Docker
  recipes: Recipe[]
  hashes: FileHashes
  given: string | undefined
}): Promise<Seen> {
  const ours = await docker.images.list("proofrun/*")
  const base = await presentBase(docker, given, ours)
  if (!base) return { images: {}, missing: ["base", ...recipes.map((recipe) => recipe.name)] }
  const images: Images = { base: { tag: base.tag, digest: base.id } }
  const missing: string[] = []
  for (const recipe of recipes) {
    const tag =
      needsOf(recipe).every((name) => images[name]) && tagOf(recipe, contextFiles(recipe), base, images, hashes)
    const found = tag && ours.find((image) => image.tags.includes(tag))
    if (found) images[recipe.name] = { tag, digest: found.id }
    else missing.push(recipe.name)
  }
  hashes.save()
  return { images, missing }
}

/** The tag hangs on the identity of the images that go in, not on their names. */
function tagOf(recipe: Recipe, files: ContextFile[], base: Base, images: Images, hashes: FileHashes): string {
  const identities = Object.fromEntries(needsOf(recipe).map((name) => [name, images[name]!.digest]))
  return `proofrun/${recipe.name}:${fingerprint(recipe, files, { base: base.id, ...identities }, hashes)}`
}

async function build(
  recipes: Recipe[],
  hashes: FileHashes,
  options: ImageOptions & { onProgress: Progress },
): Promise<Images> {
  const { docker, onProgress, signal } = options
  const base =
    (await presentBase(docker, options.base, await docker.images.list("proofrun/*"))) ??
    (await obtainBase(docker, { given: options.base, stateFolder: options.stateFolder, onProgress }))
  const caBundle = options.caBundle && existsSync(options.caBundle) ? readFileSync(options.caBundle) : new Uint8Array()
  const images: Images = { base: { tag: base.tag, digest: base.id } }
  for (const recipe of recipes) {
    signal?.throwIfAborted()
    const files = contextFiles(recipe)
    const tag = tagOf(recipe, files, base, images, hashes)
    const found = await docker.images.inspect(tag)
    if (found) {
      images[recipe.name] = { tag, digest: found.id }
      continue
    }
    const doing = `Building image ${recipe.name}`
    onProgress(doing)
    const args: Record<string, string> = { BASE: base.tag }
    for (const name of needsOf(recipe)) args[name.toUpperCase().replaceAll("-", "_")] = images[name]!.tag
    const digest = await docker.images.build(packContext(files, caBundle, hashes), {
      tag,
      args,
      labels: { ...OURS, recipe: recipe.name },
      network: recipe.network ?? options.buildNetwork,
      silenceMs: SILENCE_MS,
      onLine: (line) => {
        const step = /^Step (\d+)\/(\d+) : (.*)/.exec(line)
        if (step) onProgress(`${doing}, step ${step[1]} of ${step[2]}: ${step[3]!.slice(0, 70)}`)
      },
      ...(signal && { signal }),
    })
    images[recipe.name] = { tag, digest }
    hashes.save()
    await prune(docker, recipe.name, tag)
    await docker.images.removeUntagged({ madeFrom: base.id, beforeMs: Date.now() - KEPT_MS })
  }
  return images
}

/** Removes old images of a recipe besides the current one; the engine keeps what a container uses. */
async function prune(docker: Docker, name: string, current: string): Promise<void> {
  const old = (await docker.images.list(`proofrun/${name}`)).filter(
    (image: ImageSummary) => image.createdAtMs < Date.now() - KEPT_MS,
  )
  for (const tag of old.flatMap(({ tags }) => tags)) if (tag !== current) await docker.images.remove(tag)
}
