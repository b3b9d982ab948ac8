import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { readStatements } from "../../../prompts/judge/statements.ts"
import { listQuestions, QUESTIONS_FOLDER } from "../../../prompts/load-question.ts"

const EXAMPLES = join(import.meta.dirname, "../../../prompts/judge/examples")

const read = (text: string) => {
  const found = readStatements(text)
  if (!found.ok) throw new Error(found.problem.message)
  return found.value
}

describe("a rubric for answers that are only read", () => {
  it("may be a plain list of statements with points", () => {
    const { criteria, leftOut } = read(
      "- {points: 2, statement: It names the key.}\n- {points: 0.5, statement: It is short., id: short}\n",
    )
    expect(criteria.map(({ id, kind, points, title }) => [id, kind, points, title])).toEqual([
      ["statement-1", "written", 2, "It names the key."],
      ["short", "written", 0.5, "It is short."],
    ])
    expect(leftOut).toEqual([])
  })

  it("may be JSON", () => {
    expect(read('[{"points": 1, "statement": "It names the key."}]').criteria).toHaveLength(1)
  })

  it("may be a rubric of ours, of which the written criteria are taken", async () => {
    for (const question of await listQuestions()) {
      const { criteria, leftOut } = read(await readFile(join(QUESTIONS_FOLDER, question, "rubric.yaml"), "utf8"))
      expect(criteria.length).toBeGreaterThanOrEqual(8)
      expect(criteria.every(({ kind }) => kind === "written")).toBe(true)
      expect(leftOut.length).toBeGreaterThan(0)
    }
  })

  it("has a hash that comments and layout leave alone, and an edit changes", () => {
    const hash = read("- {points: 2, statement: It names the key.}").hash
    expect(read("# A comment\n- points: 2\n  statement: It names the key.\n").hash).toBe(hash)
    expect(read("- {points: 3, statement: It names the key.}").hash).not.toBe(hash)
    expect(read("- {points: 2, statement: It names the keys.}").hash).not.toBe(hash)
  })

  it.each([
    ["no points", "- statement: It names the key.\n", /0\.points/, 1],
    ["points below zero", "- statement: A.\n  points: 1\n- statement: B.\n  points: -1\n", /1\.points/, 4],
    ["an unknown field", "- {points: 1, statement: A., wieght: 2}\n", /wieght/, 1],
    [
      "the same id twice",
      "- {points: 1, statement: A., id: a}\n- {points: 1, statement: B., id: a}\n",
      /"a" is used twice/,
      undefined,
    ],
    ["nothing", "", /Invalid input/, undefined],
    ["an empty list", "[]", /./, undefined],
    [
      "no written criterion",
      "version: 1\ncriteria:\n  - {id: work, title: Work, points: 5, kind: work}\n",
      /no written criterion/,
      undefined,
    ],
    ["broken YAML", "- points: 1\n  statement: [\n", /./, undefined],
  ])("says what is wrong with %s", (_, text, sentence, line) => {
    const found = readStatements(text)
    expect(found.ok).toBe(false)
    if (found.ok) return
    expect(found.problem.message).toMatch(sentence)
    if (line !== undefined) expect(found.problem.line).toBe(line)
  })
})

describe("the example files", async () => {
  const files = (await readdir(EXAMPLES)).filter((file) => file.endsWith(".yaml"))

  it.each(files)("%s can be read, and adds up to what its first line says", async (file) => {
    const text = await readFile(join(EXAMPLES, file), "utf8")
    const promised = Number(/out of (\d+)/.exec(text.split("\n")[0]!)![1])
    expect(read(text).criteria.reduce((sum, { points }) => sum + points, 0)).toBe(promised)
  })
})
