/** Bundles a submission's files, from memory, into one ES module. Refuses imports that imports.mjs does not allow; runs none of the code. */
import { build } from "esbuild"
import { loaderOf, resolveImport } from "./imports.mjs"

/** Namespace of the submission's files: stack traces name them `code:FILE:LINE:COLUMN` through the source map. */
const SOURCE = "code"
const TYPES = "types"
const LARGEST_BUNDLE_BYTES = 8 * 1024 * 1024
const TIME_LIMIT_MS = 10_000

/** CommonJS files may ask for the engine's client as well. */
const BANNER =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);'

/** `{ bundle }` or `{ refused: { message, file?, line?, excerpt? } }`. */
export async function bundle(entry, files, packages) {
  const late = Promise.withResolvers()
  const message = `bundling took more than ${TIME_LIMIT_MS / 1000} seconds and was given up`
  const timer = setTimeout(late.resolve, TIME_LIMIT_MS, { refused: { message, file: entry } })
  const outcome = await Promise.race([attempt(entry, files, packages), late.promise])
  clearTimeout(timer)
  return outcome
}

async function attempt(entry, files, packages) {
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      absWorkingDir: "/tmp",
      bundle: true,
      write: false,
      outfile: "/tmp/access.mjs",
      format: "esm",
      platform: "node",
      target: "node24",
      charset: "utf8",
      legalComments: "none",
      sourcemap: "inline",
      sourcesContent: false,
      metafile: true,
      logLevel: "silent",
      tsconfigRaw: "{}",
      banner: { js: BANNER },
      plugins: [fromMemory(files, packages)],
    })
    const [output] = outputFiles
    if (output.contents.byteLength > LARGEST_BUNDLE_BYTES)
      return {
        refused: { message: `the bundled code is larger than ${LARGEST_BUNDLE_BYTES / 1024 / 1024} MiB`, file: entry },
      }
    const [{ exports }] = Object.values(metafile.outputs)
    if (!exports.includes("default"))
      return {
        refused: {
          message: "there is no default export: export default async function connect(engines) { ... }",
          file: entry,
        },
      }
    return { bundle: output.text }
  } catch (error) {
    const [first, ...more] = error.errors ?? []
    if (!first) return { refused: { message: `the code could not be bundled: ${error.message}`, file: entry } }
    const others = more.length > 0 ? ` (and ${more.length} more)` : ""
    if (!first.location) return { refused: { message: first.text + others, file: entry } }
    const { file, line, lineText } = first.location
    return {
      refused: {
        message: first.text + others,
        file: file.replace(`${SOURCE}:`, ""),
        line,
        excerpt: lineText.trim().slice(0, 200),
      },
    }
  }
}

function fromMemory(files, packages) {
  return {
    name: "submission",
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
        if (kind === "entry-point") return { path, namespace: SOURCE }
        const { file, external, types, refused } = resolveImport(path, importer, files, packages)
        if (file !== undefined) return { path: file, namespace: SOURCE }
        if (external) return { path: external, external: true }
        if (types) return { path, namespace: TYPES }
        return { errors: [{ text: refused }] }
      })
      build.onLoad({ filter: /.*/, namespace: SOURCE }, ({ path }) => ({
        contents: files[path],
        loader: loaderOf(path),
      }))
      build.onLoad({ filter: /.*/, namespace: TYPES }, () => ({ contents: "export {}", loader: "ts" }))
    },
  }
}
