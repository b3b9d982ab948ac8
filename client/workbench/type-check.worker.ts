/** The TypeScript compiler, beside the page: the same options and declarations that the sandbox checks with, so that both find the same. */
import { createSystem, createVirtualTypeScriptEnvironment } from "@typescript/vfs"
import { createWorker } from "@valtown/codemirror-ts/worker"
import * as Comlink from "comlink"
import ts from "typescript6"
import { lintsOf } from "./lints.ts"

const LIBRARIES = import.meta.glob<string>("../../node_modules/@typescript/old/lib/lib.es*.d.ts", {
  query: "?raw",
  import: "default",
  eager: true,
})
const DECLARATIONS = import.meta.glob<string>(
  [
    "../../node_modules/cassandra-driver/**/*.d.ts",
    "../../node_modules/ioredis/built/**/*.d.ts",
    "../../node_modules/@ioredis/commands/built/**/*.d.ts",
    "../../node_modules/@types/node/**/*.d.ts",
    "../../node_modules/undici-types/**/*.d.ts",
    "!**/@types/node/ts5*/**",
  ],
  { query: "?raw", import: "default", eager: true },
)
const PACKAGES = import.meta.glob<string>(
  [
    "../../node_modules/cassandra-driver/package.json",
    "../../node_modules/ioredis/package.json",
    "../../node_modules/@ioredis/commands/package.json",
    "../../node_modules/@types/node/package.json",
    "../../node_modules/undici-types/package.json",
  ],
  { query: "?raw", import: "default", eager: true },
)

/** As in `sandboxes/host/process/check-types.mjs`. */
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowJs: true,
  resolveJsonModule: true,
  allowImportingTsExtensions: true,
  target: ts.ScriptTarget.ES2024,
  lib: ["lib.es2024.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: ["node"],
  typeRoots: ["/node_modules/@types"],
}

let types: Record<string, string> = {}

function environment() {
  const files = new Map<string, string>()
  for (const [path, text] of Object.entries(LIBRARIES)) files.set(`/${path.split("/").at(-1)}`, text)
  for (const [path, text] of Object.entries({ ...DECLARATIONS, ...PACKAGES }))
    files.set(path.slice(path.indexOf("/node_modules/")), text)
  for (const [name, text] of Object.entries(types)) files.set(`/node_modules/${name}.d.ts`, text)
  return createVirtualTypeScriptEnvironment(createSystem(files), [], ts as never, OPTIONS as never)
}

const worker = createWorker(environment)
Comlink.expose({
  ...worker,
  // The library's own stop at the first line of what the compiler says.
  getLints({ path }: { path: string }) {
    const env = worker.getEnv()
    return env ? lintsOf(ts, env.languageService as never, path) : []
  },
  /** Module name -> the question's declarations; before `initialize`. */
  giveTypes(given: Record<string, string>) {
    types = given
  },
})
