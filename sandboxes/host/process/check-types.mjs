/** Finds type errors with the native TypeScript compiler. They are warnings: nothing here stops a run. */
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"

const TSC = "/opt/proofrun/typescript/lib/tsc"
const FOLDER = "/tmp/check"
const TIME_LIMIT_MS = 10_000
/** Well below what the container may have: at its limit the kernel might end this process instead of the compiler. */
const MOST_MEMORY_BYTES = 150 * 1024 * 1024
const LOOK_EVERY_MS = 20
const PAGE_BYTES = 4096
const MOST_WARNINGS = 50
const MOST_OUTPUT_BYTES = 256 * 1024

/**
 * Plain JavaScript is welcome: that something has no type is not said. The option for it (`noImplicitAny: false`) would take what it is filled
 * with from `const rows = []` as well, and mark right code. The same codes as in the editor.
 */
const WITHOUT_TYPES = [7005, 7006, 7008, 7010, 7011, 7015, 7016, 7017, 7018, 7019, 7022, 7023, 7024, 7031, 7034, 7053]

const OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowJs: true,
  resolveJsonModule: true,
  allowImportingTsExtensions: true,
  target: "es2024",
  lib: ["es2024"],
  module: "esnext",
  moduleResolution: "bundler",
  types: ["node"],
  typeRoots: ["/node_modules/@types"],
}

/** Warnings `{ file, line, message }`, at most 50. `types`: module name (`proofrun/QUESTION`) -> the text of its declarations. */
export async function checkTypes(entry, files, types) {
  const written = Object.entries(files).map(([name, text]) => [join(FOLDER, name), text])
  const modules = Object.entries(types).map(([name, text]) => [join(FOLDER, "node_modules", `${name}.d.ts`), text])
  const config = { compilerOptions: OPTIONS, files: Object.keys(files).filter((name) => /\.[cm]?[jt]s$/.test(name)) }
  for (const [path, text] of [...written, ...modules, [join(FOLDER, "tsconfig.json"), JSON.stringify(config)]]) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
  const { output, why } = await runCompiler()
  const warnings = parse(output)
  const shown = warnings.slice(0, MOST_WARNINGS)
  if (why) shown.splice(MOST_WARNINGS - 1, 1, { file: entry, line: 1, message: `the type check was given up: ${why}` })
  return shown
}

function runCompiler() {
  return new Promise((resolve) => {
    let output = ""
    let why = null
    const compiler = spawn(TSC, ["-p", FOLDER, "--pretty", "false"], {
      cwd: FOLDER,
      stdio: ["ignore", "pipe", "ignore"],
    })
    const giveUp = (reason) => {
      why ??= reason
      compiler.kill("SIGKILL")
    }
    const timer = setTimeout(giveUp, TIME_LIMIT_MS, `it took more than ${TIME_LIMIT_MS / 1000} seconds`)
    const memory = setInterval(() => {
      if (residentBytes(compiler.pid) > MOST_MEMORY_BYTES) giveUp("the compiler needed more memory than it may have")
    }, LOOK_EVERY_MS)
    compiler.stdout.setEncoding("utf8")
    compiler.stdout.on("data", (words) => {
      output += words
      if (output.length > MOST_OUTPUT_BYTES) giveUp("it found too many errors")
    })
    compiler.on("error", (error) => giveUp(`the compiler did not start (${error.message})`))
    compiler.on("close", (code, signal) => {
      clearTimeout(timer)
      clearInterval(memory)
      if (signal && why === null) why = "the compiler needed more memory than it may have"
      // 0: nothing found; 1 and 2: errors found.
      else if (why === null && code > 2) why = `the compiler ended with code ${code}`
      resolve({ output, why })
    })
  })
}

/** 0 where the process is gone. */
function residentBytes(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES
  } catch {
    return 0
  }
}

/** Lines `FILE(LINE,COLUMN): error TS1234: MESSAGE`; indented lines continue the message before. */
function parse(output) {
  const warnings = []
  let last = null
  for (const line of output.split("\n")) {
    const found = /^(.+?)\((\d+),\d+\): error (TS\d+): (.*)$/.exec(line)
    if (found) {
      const [, file, number, code, message] = found
      last = null
      if (WITHOUT_TYPES.includes(Number(code.slice(2)))) continue
      last = { file, line: Number(number), message: `${message} (${code})`.slice(0, 1000) }
      warnings.push(last)
    } else if (line.startsWith(" ") && last && last.message.length < 1000) {
      last.message += ` ${line.trim()}`.slice(0, 1000)
    }
  }
  return warnings
}
