/** `proofrun test`: the suite with real engines, as CI runs it. Prepares the machine first, so that no test pays for building images. */
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { aptInstall, canInstall } from "../../sandboxes/docker/apt.ts"
import { PROJECT } from "../../sandboxes/docker/recipes.ts"
import { cleanUpOnInterrupt } from "../interrupt.ts"
import { openMachine } from "../machine.ts"
import { childEnvironment, settings } from "../settings.ts"

export const usage = `proofrun test [--full] [PATHS AND OPTIONS OF VITEST]      the suite with real engines (what CI runs)

  --full   adds every reference in full, and the long tests
Everything else is handed to vitest, e.g. ./proofrun test test/graders -t monotone`

export async function run(args: string[]): Promise<number> {
  const full = args.includes("--full")
  const { docker, images } = await openMachine({ onProgress: (line) => process.stderr.write(`${line}\n`) })
  process.stderr.write(`Docker Engine at ${docker.host}; images: ${Object.keys(images).join(", ")}\n`)
  await installBrowser()
  const folder = join(settings().stateFolder, "tests")
  mkdirSync(folder, { recursive: true })
  const results = join(folder, `results-${process.pid}.json`)
  const code = await vitest(
    [
      ...["run", "--root", PROJECT, "--reporter=default", "--reporter=json", `--outputFile.json=${results}`],
      ...args.filter((arg) => arg !== "--full"),
    ],
    childEnvironment({ DOCKER_HOST: docker.host, ...(full && { PROOFRUN_FULL: "1" }) }),
  )
  const { passed, failed } = count(results)
  rmSync(results, { force: true })
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
  return code === 0 && failed > 0 ? 1 : code
}

/** Where tests find the browser that looks at a page. */
export const CHROMIUM = "/usr/bin/chromium"

/** Without a browser the tests that look at a page are skipped, as vitest's closing lines say. */
async function installBrowser(): Promise<void> {
  if (existsSync(CHROMIUM) || !canInstall()) return
  process.stderr.write("Installing Chromium with apt-get, for the tests that look at a page (about half a minute)\n")
  await aptInstall(["chromium"], join(settings().stateFolder, "chromium.log")).catch((error: Error) =>
    process.stderr.write(`It could not be installed: ${error.message}\n`),
  )
}

/** vitest stops by itself within this time where the signal reached it as well; where only we got it, it is told then. */
const STOP_MS = 5_000

/** Resolves to vitest's exit code. */
function vitest(args: string[], env: Record<string, string | undefined>): Promise<number> {
  return new Promise((resolve, reject) => {
    const program = join(PROJECT, "node_modules/vitest/vitest.mjs")
    const child = spawn(process.execPath, [program, ...args], { cwd: PROJECT, env, stdio: "inherit" })
    const ended = new Promise<void>((done) => child.on("exit", () => done()))
    // Ctrl-C in a terminal reaches vitest too, which then stops its workers and lets tests clean up; a second signal would cut that short.
    const forget = cleanUpOnInterrupt(async () => {
      const late = setTimeout(() => child.kill("SIGTERM"), STOP_MS)
      await ended
      clearTimeout(late)
    })
    child.on("error", reject)
    child.on("exit", (code, signal) => {
      forget()
      resolve(code ?? (signal ? 130 : 1))
    })
  })
}

/** A file that could not even be loaded has no tests to count: it counts as one failure. */
export function count(file: string): { passed: number; failed: number } {
  let report: {
    numPassedTests: number
    numFailedTests: number
    testResults: { status: string; assertionResults: unknown[] }[]
  }
  try {
    report = JSON.parse(readFileSync(file, "utf8"))
  } catch {
    return { passed: 0, failed: 1 }
  }
  const unloaded = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0)
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length }
}
