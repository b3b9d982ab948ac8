import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { stringify } from "yaml"
import { type Report, ReportSchema } from "../../../graders/report.ts"
import type { Rubric } from "../../../prompts/question.ts"
import { differences, regrade, run } from "../../../server/commands/regrade.ts"
import { breakInvariant, edited, evidenceOf, gradeOf, question, rubric } from "../../graders/made-up.ts"

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "proofrun-regrade-"))
})
afterAll(() => rm(folder, { recursive: true }))

const put = async (name: string, text: string) => {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

/** The rubric with other points for one criterion. */
const worth = (id: string, points: number): Rubric => ({
  ...rubric,
  version: 2,
  criteria: rubric.criteria.map((one) => (one.id === id ? { ...one, points } : one)),
})

/** Runs the command; what it printed, and its exit code. */
async function regraded(args: string[]): Promise<{ code: number; text: string }> {
  let text = ""
  const write = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += chunk
    return true
  })
  try {
    return { code: await run(args), text }
  } finally {
    write.mockRestore()
  }
}

describe("regrading", () => {
  it("gives the same scores by the same rubric", () => {
    const old = gradeOf(evidenceOf("weak"))
    expect(regrade(old, question, rubric).scores).toEqual(old.scores)
    expect(differences(old, regrade(old, question, rubric)).join()).toContain("No criterion changed")
  })

  it("changes exactly the criteria that an edit touches", () => {
    const old = gradeOf(evidenceOf("weak"))
    const report = regrade(old, question, worth("position", 20))
    const changed = report.scores.filter((score, index) => JSON.stringify(score) !== JSON.stringify(old.scores[index]))
    expect(changed.map((score) => score.criterion)).toEqual(["position"])
    expect(report.rubric.version).toBe(2)
    expect(report.measured.outOf).toBe(85)
  })

  it("names criteria that are new and that are gone", () => {
    const old = gradeOf(evidenceOf("strong"))
    const [first, ...others] = rubric.criteria
    const lines = differences(
      old,
      regrade(old, question, { version: 2, criteria: [{ ...first!, id: "correct" }, ...others] }),
    )
    expect(lines.slice(2)).toEqual(["  correct: 20.0 of 20, is new", "  right: is gone"])
  })
})

describe("the command", () => {
  const save = (report: Report) => put("report.json", JSON.stringify(report))

  it("writes a new report in under a second, from the evidence alone", async () => {
    const old = gradeOf(edited("weak", (e) => breakInvariant(e, "ties")))
    const file = await save(old)
    const rubricFile = await put("rubric.yaml", stringify(worth("work", 40)))
    const [json, page] = [join(folder, "new.json"), join(folder, "new.html")]
    const started = performance.now()
    const { code, text } = await regraded([file, "--rubric", rubricFile, "--json", json])
    expect(performance.now() - started).toBeLessThan(1000)
    expect(code).toBe(0)
    expect(text).toContain("work: 0.0 of 40, was 0.0 of 20")
    const report = ReportSchema.parse(JSON.parse(await readFile(json, "utf8")))
    expect(report.rubric.version).toBe(2)
    expect(report.evidence).toEqual(old.evidence)
    await regraded([file, "--rubric", rubricFile, "--html", page])
    expect(await readFile(page, "utf8")).toMatch(/^<!doctype html>/)
  })

  it.each([
    ["no file", () => ["missing.json"], /there is no such file/],
    ["no JSON", async () => [await put("a.json", "{")], /a\.json is not JSON/],
    [
      "another JSON",
      async () => [await put("b.json", '{"version":1}')],
      /b\.json is not a report of this version: question/,
    ],
    ["no argument", () => [], /Give one report/],
    [
      "a broken rubric",
      async () => [
        await save(gradeOf(evidenceOf("strong"))),
        "--rubric",
        await put("c.yaml", "version: 1\ncriteria: []\n"),
      ],
      /c\.yaml/,
    ],
    [
      "a folder that cannot be written to",
      async () => [
        await save(gradeOf(evidenceOf("strong"))),
        "--rubric",
        await put("d.yaml", stringify(rubric)),
        "--json",
        join(folder, "none", "x.json"),
      ],
      /x\.json cannot be written/,
    ],
  ])("says in a sentence what is wrong with %s", async (_, args, sentence) => {
    await expect(regraded(await args())).rejects.toMatchObject({
      name: "Refusal",
      message: expect.stringMatching(sentence),
    })
  })
})
