import { spawn } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { afterAll, beforeAll, expect, it } from "vitest"
import { asLines, madeSet } from "../../support/marked-set.ts"

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "proofrun-killed-"))
})
afterAll(() => rm(folder, { recursive: true }))

/** Marks until `lines` ids have been said, then kills the process where it stands. Resolves to the ids that it had said were written. */
function markedUntil(lines: number, args: string[]): Promise<string[]> {
  return new Promise((resolve) => {
    const said: string[] = []
    const child = spawn(process.execPath, [join(import.meta.dirname, "marking-child.ts"), ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    createInterface({ input: child.stdout }).on("line", (id) => {
      said.push(id)
      if (said.length === lines) child.kill("SIGKILL")
    })
    child.on("close", () => resolve(said))
  })
}

it("a marking that is killed six times has each answer once in its file, and loses none that was said to be written", async () => {
  const { answers } = madeSet()
  const [file, out] = [join(folder, "answers.jsonl"), join(folder, "marks.jsonl")]
  await writeFile(file, asLines(answers))
  const said: string[] = []
  for (const lines of [1, 7, 30, 2, 45, 13]) said.push(...(await markedUntil(lines, [file, out])))
  said.push(...(await markedUntil(Number.POSITIVE_INFINITY, [file, out])))
  expect(new Set(said).size).toBe(said.length)
  const ids = (await readFile(out, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).id)
  expect(ids.toSorted()).toEqual(answers.map(({ id }) => id))
  for (const id of said) expect(ids).toContain(id)
})
