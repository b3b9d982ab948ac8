/** The command's entry: finds the command's file, and turns whatever it throws into a sentence and an exit code. Loads nothing else. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { describeFailure } from "./failure.ts"
import { handleInterrupts, interrupted } from "./interrupt.ts"
import { Refusal } from "./refusal.ts"

/** What a file in `commands/` exports. `run` resolves to the exit code. */
interface Command {
  usage: string
  run(args: string[]): Promise<number>
}

const FOLDER = join(import.meta.dirname, "commands")

process.exitCode = await main(process.argv.slice(2))
// What a command leaves open (a connection, a timer) must not keep the process; what it printed must be out first.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write("", resolve))))
process.exit()

async function main([name, ...args]: string[]): Promise<number> {
  handleInterrupts()
  // `proofrun ... | head` closes our output early; that is no failure.
  process.stdout.on("error", () => process.exit(0))
  try {
    if (!name || name === "help" || name === "--help" || name === "-h") return await help(args[0])
    const command = await load(name)
    if (args.includes("--help") || args.includes("-h")) return say(command.usage)
    return await command.run(args)
  } catch (error) {
    if (interrupted.aborted) return 130
    if (error instanceof Refusal) {
      process.stderr.write(`${error.message}\n`)
      return error.exitCode
    }
    if (wrongArguments(error)) {
      process.stderr.write(`${error.message}\nTry ./proofrun ${name} --help.\n`)
      return 2
    }
    const { settings } = await import("./settings.ts")
    process.stderr.write(
      `${describeFailure(error, { stateFolder: settings().stateFolder, doing: `proofrun ${name}` })}\n`,
    )
    return 3
  }
}

function commandNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .sort()
}

async function load(name: string): Promise<Command> {
  const names = commandNames()
  if (!names.includes(name)) {
    const near = names.map((known) => ({ known, far: distance(name, known) })).sort((a, b) => a.far - b.far)[0]
    const hint = near && near.far <= 2 ? ` Did you mean "${near.known}"?` : ""
    throw new Refusal(`There is no command "${name}".${hint} Known: ${names.join(", ")}.`)
  }
  return import(`./commands/${name}.ts`)
}

async function help(name: string | undefined): Promise<number> {
  if (name) return say((await load(name)).usage)
  const usages = await Promise.all(commandNames().map(async (known) => (await load(known)).usage.split("\n")[0]))
  return say(
    `Proofrun runs data-modelling interview answers on real engines and grades them.\n\n${usages.map((line) => `  ${line}`).join("\n")}\n\nMore on each: ./proofrun help COMMAND`,
  )
}

function say(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

/** node:util's parseArgs says well what was wrong with an option. */
function wrongArguments(error: unknown): error is Error {
  return error instanceof TypeError && String((error as { code?: string }).code).startsWith("ERR_PARSE_ARGS")
}

/** Levenshtein's distance: how many letters have to be changed, added or left out. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
