/** Builds the web app where that was not done yet from just these sources. What is built is kept in the state folder, under their hash. */
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises"
import { join, resolve } from "node:path"
import { withLock } from "../../sandboxes/docker/locks.ts"
import { childEnvironment } from "../settings.ts"

const PROJECT = resolve(import.meta.dirname, "../..")
/** All that may end up in the app, with what its parts import in their turn. */
const SOURCES = [
  "client",
  "server/contract.ts",
  "server/contract",
  "server/report",
  "graders",
  "prompts",
  "sandboxes",
  "server/web/build-pages.ts",
  "package-lock.json",
]
const KEPT = 3

/** Resolves to the folder to serve. Throws with what the bundler said; once `signal` is aborted, when nothing of the building runs any more. */
export async function builtPages(stateFolder: string, signal?: AbortSignal): Promise<string> {
  const pages = join(stateFolder, "pages")
  const folder = join(pages, (await hashOfSources()).slice(0, 16))
  if (existsSync(folder)) return folder
  // Of two servers that start at once one builds.
  const build = async () => {
    if (existsSync(folder)) return
    const half = `${folder}.half`
    await rm(half, { recursive: true, force: true })
    await mkdir(pages, { recursive: true })
    await bundle(half, signal)
    await rename(half, folder)
    await dropOld(pages)
  }
  await withLock(`pages ${folder}`, build, { ...(signal && { signal }) })
  return folder
}

async function hashOfSources(): Promise<string> {
  const hash = createHash("sha256").update(process.version)
  for (const source of SOURCES) await add(source)
  return hash.digest("hex")

  async function add(path: string): Promise<void> {
    const whole = join(PROJECT, path)
    if ((await stat(whole)).isDirectory()) {
      for (const name of (await readdir(whole)).sort()) await add(join(path, name))
      return
    }
    const content = await readFile(whole)
    hash.update(`${path} ${content.length}\n`).update(content)
  }
}

async function bundle(into: string, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  return new Promise((done, failed) => {
    const child = spawn(
      process.execPath,
      [
        ...["--disable-warning=ExperimentalWarning", join(PROJECT, "node_modules/vite/bin/vite.js"), "build"],
        ...[join(PROJECT, "client"), "--outDir", into, "--emptyOutDir", "--logLevel", "warn"],
        // Any other way writes beside the sources, which need not be ours to write to.
        ...["--configLoader", "native"],
      ],
      // Whatever we run as: what people load is never the libraries' version for development.
      { cwd: PROJECT, env: childEnvironment({ NODE_ENV: "production" }), stdio: ["ignore", "pipe", "pipe"] },
    )
    const end = () => child.kill()
    signal?.addEventListener("abort", end)
    let said = ""
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        said = (said + chunk.toString("utf8")).slice(-4_000)
      })
    child.once("error", failed)
    child.once("exit", (code) => {
      signal?.removeEventListener("abort", end)
      if (code === 0) done()
      else failed(signal?.aborted ? signal.reason : new Error(`The web app could not be built: ${said.trim()}`))
    })
  })
}

/** Browsers that have a page of an earlier version open may ask for its parts still. */
async function dropOld(pages: string): Promise<void> {
  const folders = await Promise.all(
    (await readdir(pages)).map(async (name) => ({ name, at: (await stat(join(pages, name))).mtimeMs })),
  )
  for (const { name } of folders.sort((a, b) => b.at - a.at).slice(KEPT))
    await rm(join(pages, name), { recursive: true, force: true })
}
