/**
 * Which modules a submission may import, in one place. A courtesy to the reader and a clear word to the candidate, not a fence: the fence is
 * the container.
 */

/** Node's built-ins that compute and touch nothing outside the process. */
export const BUILT_INS = [
  "assert",
  "assert/strict",
  "async_hooks",
  "buffer",
  "crypto",
  "events",
  "path",
  "path/posix",
  "perf_hooks",
  "querystring",
  "stream",
  "stream/promises",
  "string_decoder",
  "timers",
  "timers/promises",
  "url",
  "util",
  "util/types",
  "zlib",
]

const EXTENSIONS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"]
/** What TypeScript lets one write for a file that is not there yet, and what is. */
const WRITTEN_FOR = { ".js": ".ts", ".mjs": ".mts", ".cjs": ".cts" }

const ENTRIES = ["access.ts", "access.mts", "access.js", "access.mjs"]

/** `{ entry }`, or `{ refused: { message, file? } }` where the files' names cannot be worked with. */
export function findEntry(files) {
  // They are written to a folder for the type check, and must stay in it.
  const isPlain = (name) =>
    name.length <= 200 && name.split("/").every((part) => /^[\w-][\w.-]*$/.test(part) && part !== "node_modules")
  const odd = Object.keys(files).find((name) => !isPlain(name))
  if (odd !== undefined)
    return {
      refused: {
        message: "a file's path must be relative, of letters, digits, dots, dashes and underscores",
        file: odd.slice(0, 200),
      },
    }
  const entry = ENTRIES.find((name) => Object.hasOwn(files, name))
  return entry ? { entry } : { refused: { message: `there is no entry file: name it ${ENTRIES.join(" or ")}` } }
}

/** esbuild's loader by a file's extension; undefined where a file cannot be imported. */
export function loaderOf(file) {
  const extension = file.slice(file.lastIndexOf("."))
  if (extension === ".json") return "json"
  if (!EXTENSIONS.includes(extension)) return undefined
  return extension.endsWith("ts") ? "ts" : "js"
}

/**
 * Where an import leads: `{ file }` of the submission, `{ external }`, `{ types: true }` (a module of types only), or `{ refused }` with the reason.
 */
export function resolveImport(specifier, importer, files, packages) {
  if (/^\.\.?(\/|$)/.test(specifier)) {
    const wanted = join(importer, specifier)
    const file = wanted === null ? undefined : candidatesFor(wanted).find((name) => Object.hasOwn(files, name))
    if (file === undefined) return { refused: `"${specifier}" is not among the files of the submission` }
    if (!loaderOf(file))
      return { refused: `"${specifier}" cannot be imported: only ${EXTENSIONS.join(", ")} files can` }
    return { file }
  }
  if (packages.includes(specifier)) return { external: specifier }
  if (specifier.startsWith("proofrun/")) return { types: true }
  const builtIn = specifier.replace(/^node:/, "")
  if (BUILT_INS.includes(builtIn)) return { external: `node:${builtIn}` }
  return {
    refused: `"${specifier}" cannot be imported here: use ${packages.map((name) => `"${name}"`).join(", ")}, Node's ${BUILT_INS.filter((name) => !name.includes("/")).join(", ")}, or files of the submission`,
  }
}

function candidatesFor(path) {
  const dot = path.lastIndexOf(".")
  const written = WRITTEN_FOR[path.slice(dot)]
  return [
    path,
    ...(written ? [path.slice(0, dot) + written] : []),
    ...EXTENSIONS.map((extension) => path + extension),
    ...EXTENSIONS.map((extension) => `${path === "" ? "" : `${path}/`}index${extension}`),
  ]
}

/** A relative path from the importing file; null where it leaves the submission. */
function join(importer, specifier) {
  const parts = importer.split("/").slice(0, -1)
  for (const part of specifier.split("/")) {
    if (part === "" || part === ".") continue
    if (part !== "..") parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts.join("/")
}
