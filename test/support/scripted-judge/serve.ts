/**
 * The scripted judge for a person to try: `node test/support/scripted-judge/serve.ts --port 8089 --gold FILE…`, then OPENAI_BASE_URL of `./proofrun`.
 * What no gold file says is not met.
 */
import { parseArgs } from "node:util"
import { goldScript } from "./gold-script.ts"
import { MODES, type Mode, startScriptedJudge } from "./server.ts"

const USAGE = `Usage: node test/support/scripted-judge/serve.ts [--port N] [--latency MS] [--mode ${MODES.map((mode) => `"${mode}"`).join("|")}] [--no-temperature] [--gold gold.yaml]…`

const { values, positionals } = read()
const port = number("port", values.port ?? "8089")
const latencyMs = number("latency", values.latency ?? "0")
const mode = (values.mode ?? "strict schema") as Mode
if (!MODES.includes(mode)) stop(`--mode "${mode}" is none of: ${MODES.join(", ")}.`)

const script = await goldScript([...(values.gold ?? []), ...positionals]).catch((problem: Error) =>
  stop(problem.message),
)
const judge = await startScriptedJudge(
  { ...script, latencyMs, mode, temperature: !values["no-temperature"] },
  port,
).catch((problem: NodeJS.ErrnoException) =>
  stop(problem.code === "EADDRINUSE" ? `Port ${port} is taken: give another with --port.` : problem.message),
)
process.stdout.write(
  `A scripted judge listens. In another terminal:\n  OPENAI_BASE_URL=${judge.baseUrl} OPENAI_API_KEY=none JUDGE_MODEL=scripted ./proofrun grade FOLDER\n`,
)

function read() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        port: { type: "string" },
        latency: { type: "string" },
        mode: { type: "string" },
        "no-temperature": { type: "boolean" },
        gold: { type: "string", multiple: true },
      },
    })
  } catch (problem) {
    return stop((problem as Error).message)
  }
}

function number(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) stop(`--${option} wants a whole number, not "${text}".`)
  return value
}

function stop(sentence: string): never {
  process.stderr.write(`${sentence}\n${USAGE}\n`)
  process.exit(2)
}
