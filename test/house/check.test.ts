/** What `npm run check` looks at: node and vitest strip types away unread, so nothing else here would notice a type that does not hold. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { expect, it } from "vitest"
import { ROOT } from "../support/grading.ts"

const TOOLS = "node_modules/.bin"
const LONGEST_MS = 180_000

it.each([
  ["types of the program and its tests hold", "tsc", ["--noEmit"]],
  ["types of the pages hold", "tsc", ["--noEmit", "--project", "client"]],
  ["the style is the one that was agreed on", "biome", ["check", "--error-on-warnings"]],
])(
  "%s",
  async (_what, tool, args) => {
    const said = await promisify(execFile)(`${TOOLS}/${tool}`, args, { cwd: ROOT }).then(
      () => "",
      ({ stdout, stderr, message }: { stdout?: string; stderr?: string; message: string }) =>
        `${stdout}${stderr}` || message,
    )
    expect(said).toBe("")
  },
  LONGEST_MS,
)
