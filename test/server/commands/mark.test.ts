import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { ReportSchema } from "../../../graders/report.ts"
import { readQuestion } from "../../../prompts/load-question.ts"
import { run } from "../../../server/commands/mark.ts"
import { reportJson } from "../../../server/report/json.ts"
import { evidenceOf, gradeOf, scoreOf } from "../../graders/made-up.ts"

let folder: string
let file: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "proofrun-mark-"))
  file = join(folder, "report.json")
  const { rubric, rubricHash } = await readQuestion("clickstream")
  await writeFile(file, reportJson(gradeOf(evidenceOf("strong"), { rubric, rubricHash })))
})
afterAll(() => rm(folder, { recursive: true }))

const read = async () => ReportSchema.parse(JSON.parse(await readFile(file, "utf8")))
const mark = (...args: string[]) => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true)
  return run([file, ...args]).finally(() => write.mockRestore())
}
const who = ["--because", "It says so.", "--by", "Ada"]

describe("a mark from the command line", () => {
  it("is appended to the report, gives the points, and leaves the rest as it was", async () => {
    const before = await read()
    expect(await mark("--criterion", "what-grows", "--met", "--quote", "one day of one user", ...who)).toBe(0)
    expect(await mark("--criterion", "what-grows", "--not-met", ...who)).toBe(0)
    const after = await read()
    expect(after.marks.map(({ verdict, quote }) => [verdict, quote])).toEqual([
      ["met", "one day of one user"],
      ["not met", null],
    ])
    expect(scoreOf(after, "what-grows")).toMatchObject({ points: 0, reason: "Not met, says Ada: It says so." })
    const others = ({ scores }: typeof after) => scores.filter(({ criterion }) => criterion !== "what-grows")
    expect(others(after)).toEqual(others(before))
    expect(after.evidence).toEqual(before.evidence)
  })

  it.each([
    ["neither way", ["--criterion", "skew", ...who], /either --met or --not-met/],
    ["both ways", ["--criterion", "skew", "--met", "--not-met", ...who], /either --met or --not-met/],
    ["nobody", ["--criterion", "skew", "--met", "--because", "x"], /needs --criterion, --because and --by/],
    ["nothing", ["--criterion", "nothing", "--met", ...who], /has no criterion "nothing"/],
    ["words that are not there", ["--criterion", "skew", "--met", "--quote", "a year", ...who], /does not contain/],
  ])("is refused where it is of %s", async (_, args, sentence) => {
    const before = await readFile(file, "utf8")
    await expect(mark(...args)).rejects.toMatchObject({ name: "Refusal", message: expect.stringMatching(sentence) })
    expect(await readFile(file, "utf8")).toBe(before)
  })

  it("is refused for a report that was graded by another rubric", async () => {
    const other = join(folder, "other.json")
    await writeFile(other, reportJson(gradeOf(evidenceOf("strong"))))
    await expect(run([other, "--criterion", "bounded", "--met", ...who])).rejects.toMatchObject({
      message: expect.stringMatching(/graded by another rubric/),
    })
  })
})
