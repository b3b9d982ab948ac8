/** The files of an image's build context: which they are, what they are worth as one hash, and as a tar stream. Talks to no engine. */
import { createHash } from "node:crypto"
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { basename, join, matchesGlob, posix, relative } from "node:path"
import type { Readable } from "node:stream"
import tar from "tar-stream"
import type { FileHashes } from "./file-hashes.ts"
import { PROJECT, packageFolders, type Recipe, sourceOf } from "./recipes.ts"

export const CA_BUNDLE = "ca-bundle.crt"
/** Change it when the same files should make another image, e.g. because the builder is called in another way. */
const BUILDER = "1"

export interface ContextFile {
  /** Path in the build context, with forward slashes. */
  target: string
  source: string
  executable: boolean
  link: boolean
  stats: BigIntStats
}

/** All files of a recipe's context, sorted by target. */
export function contextFiles(recipe: Recipe, project: string = PROJECT): ContextFile[] {
  const files = new Map<string, ContextFile>()
  // Node compiles a glob anew at each match, so what cannot match by its beginning is not tried: this is on the path of every start.
  const globs = recipe.excludes.map((glob) => ({ glob, begins: /^[^*?{[(!+@\\]*/.exec(glob)![0] }))
  const excluded = (target: string) =>
    globs.some(({ glob, begins }) => target.startsWith(begins) && matchesGlob(target, glob))
  const walk = (source: string, target: string) => {
    if (target && (excluded(target) || basename(target) === ".git")) return
    let stats: BigIntStats
    try {
      stats = lstatSync(source, { bigint: true })
    } catch (error) {
      throw new Error(`The image "${recipe.name}" needs ${relative(project, source)}, which is not there.`, {
        cause: error,
      })
    }
    if (stats.isDirectory()) for (const name of readdirSync(source)) walk(join(source, name), posix.join(target, name))
    else if (stats.isFile() || stats.isSymbolicLink()) {
      const executable = (stats.mode & 0o111n) !== 0n
      files.set(target, { target, source, executable, link: stats.isSymbolicLink(), stats })
    } else throw new Error(`${relative(project, source)} is neither file nor folder; it cannot go into an image.`)
  }
  walk(recipe.folder, "")
  // What the recipe says shows in the context itself; its wording need not cause a new build.
  files.delete("image.yaml")
  for (const [from, to] of Object.entries(recipe.context)) walk(sourceOf(from, project), posix.normalize(to))
  for (const folder of packageFolders(recipe.packages, project)) walk(join(project, folder), folder)
  return [...files.values()].sort((a, b) => (a.target < b.target ? -1 : a.target > b.target ? 1 : 0))
}

/** 16 hex digits over paths, modes and contents of the files, and over the build arguments. Not over the machine's CA bundle. */
export function fingerprint(
  recipe: Recipe,
  files: ContextFile[],
  args: Record<string, string>,
  hashes: FileHashes,
): string {
  const hash = createHash("sha256").update(JSON.stringify([BUILDER, process.arch, recipe.network ?? "", args]))
  for (const file of files) hash.update(JSON.stringify([file.target, file.executable, file.link, hashes.of(file)]))
  return hash.digest("hex").slice(0, 16)
}

/** The context as a tar stream. Throws into the stream if a file is no longer what its hash in `hashes` says: the image's tag would lie. */
export function packContext(files: ContextFile[], caBundle: Uint8Array, hashes: FileHashes): Readable {
  const pack = tar.pack()
  const mtime = new Date("2000-01-01T00:00:00Z")
  const fill = async () => {
    const folders = new Set<string>()
    const enter = (target: string) => {
      const folder = posix.dirname(target)
      if (folder === "." || folders.has(folder)) return
      enter(folder)
      folders.add(folder)
      pack.entry({ name: `${folder}/`, type: "directory", mode: 0o755, mtime })
    }
    for (const file of files) {
      enter(file.target)
      if (file.link) {
        pack.entry({ name: file.target, type: "symlink", linkname: readlinkSync(file.source), mode: 0o777, mtime })
        continue
      }
      const bytes = await readFile(file.source)
      if (contentHash(bytes) !== hashes.of(file))
        throw new Error(`${relative(PROJECT, file.source)} was edited while its image was being built; run it again.`)
      await write(pack, { name: file.target, mode: file.executable ? 0o755 : 0o644, mtime }, bytes)
    }
    await write(pack, { name: CA_BUNDLE, mode: 0o644, mtime }, caBundle)
    pack.finalize()
  }
  fill().catch((error) => pack.destroy(error))
  return pack
}

function write(pack: tar.Pack, header: tar.Headers, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    pack.entry({ ...header, size: bytes.length }, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), (error) =>
      error ? reject(error) : resolve(),
    )
  })
}

export function contentHash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex")
}

/** Hash of a file's content, or of where a link points. */
export function hashOf(file: ContextFile): string {
  return file.link ? `link ${readlinkSync(file.source)}` : contentHash(readFileSync(file.source))
}
