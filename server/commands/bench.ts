/** `proofrun bench NAME`: runs one of the benchmarks in test/bench; each prints a table and writes JSON to test/bench/results. */
import { spawn } from "node:child_process"
import { readdir } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { Refusal } from "../refusal.ts"

export const usage = `proofrun bench NAME [options of the benchmark]

Runs a benchmark, prints a table and writes its figures to test/bench/results. Without a name: lists them.`

const FOLDER = fileURLToPath(new URL("../../test/bench/", import.meta.url))

export async function run([name, ...rest]: string[]): Promise<number> {
  const names = (await readdir(FOLDER))
    .filter((file) => file.endsWith(".bench.ts"))
    .map((file) => file.slice(0, -".bench.ts".length))
  if (!name) {
    process.stdout.write(`${names.join("\n")}\n`)
    return 0
  }
  if (!names.includes(name)) throw new Refusal(`There is no benchmark "${name}". There are: ${names.join(", ")}.`)
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", `${FOLDER}${name}.bench.ts`, ...rest],
    { stdio: "inherit" },
  )
  return new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("exit", (code) => resolve(code ?? 3))
  })
}
