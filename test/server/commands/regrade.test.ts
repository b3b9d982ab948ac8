import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { stringify } from "yaml"
import type { ProseJudge, ToJudge } from "../../../graders/judge/ask.ts"
import type { Judgement } from "../../../graders/judge/judgement.ts"
import { type Report, ReportSchema } from "../../../graders/report.ts"
import { hashRubric } from "../../../prompts/load-question.ts"
import type { Rubric } from "../../../prompts/question.ts"
import { differences, type Judges, run } from "../../../server/commands/regrade.ts"
import { regrade } from "../../../server/regrade.ts"
import { reportJson } from "../../../server/report/json.ts"
import { breakInvariant, edited, evidenceOf, gradeOf, question, rubric, scoreOf } from "../../graders/made-up.ts"
import { figure, judgementOf, marked, quoteIn, verdictOf } from "../../graders/made-up-judgement.ts"

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
async function regraded(args: string[], judges?: Judges): Promise<{ code: number; text: string }> {
  let text = ""
  const write = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += chunk
    return true
  })
  try {
    return { code: await run(args, judges), text }
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

/** A judge that gives back one judgement, and what it was asked. */
function scripted(judgement: Judgement): { judge: ProseJudge; asked: ToJudge[] } {
  const asked: ToJudge[] = []
  return {
    asked,
    judge: {
      model: judgement.model,
      judge: async (what) => {
        asked.push(what)
        return judgement
      },
    },
  }
}

describe("regrading an answer that was judged", () => {
  const evidence = evidenceOf("strong")
  const quote = quoteIn(evidence.submission.answer, "one day of one user")
  const two = figure("partitions-per-read", 2, "partitions", { operation: "lastDay" })
  const then = judgementOf([verdictOf("bounded", "met", { quotes: [quote] })], [two])
  const now = judgementOf([verdictOf("bounded", "not met")], [two])
  const old = gradeOf(evidence, { judgement: then, rubricHash: hashRubric(rubric), marks: [marked("claims", "met")] })
  const never = (): never => {
    throw new Error("this one must not be opened")
  }

  /** The new report, after a regrade by the made-up rubric. */
  async function again(judges: Judges, ...args: string[]) {
    const json = join(folder, "again.json")
    const rubricFile = await put("same.yaml", stringify(rubric))
    await regraded([await put("judged.json", reportJson(old)), "--rubric", rubricFile, "--json", json, ...args], judges)
    return readFile(json, "utf8")
  }

  it("gives the same bytes offline, and opens no judge but the stored calls", async () => {
    const stored = scripted(then)
    expect(await again({ open: never, stored: () => stored.judge }, "--offline")).toBe(reportJson(old))
    expect(stored.asked[0]).toMatchObject({ earlier: null, answer: evidence.submission.answer })
  })

  it("asks the configured judge with what it said before", async () => {
    const open = scripted(now)
    const judging = { judge: open.judge, afterwards: false, onFailed: () => {} }
    const report = ReportSchema.parse(JSON.parse(await again({ open: async () => judging, stored: never })))
    expect(open.asked[0]!.earlier).toEqual(then)
    expect(scoreOf(report, "bounded").points).toBe(0)
  })

  it("falls back on the stored calls where no judge is configured", async () => {
    const stored = scripted(then)
    expect(await again({ open: async () => undefined, stored: () => stored.judge })).toBe(reportJson(old))
  })

  it("never writes over a person's mark, and appends those of a file", async () => {
    const mark = await put(
      "mark.yaml",
      "criterion: bounded\nverdict: not met\nquote: one day of\n  one user\nreason: That is no bound.\nby: Grace\n",
    )
    const judges = { open: async () => undefined, stored: () => scripted(then).judge }
    const report = ReportSchema.parse(JSON.parse(await again(judges, "--mark", mark)))
    expect(report.marks.map(({ by }) => by)).toEqual(["Ada", "Grace"])
    expect(scoreOf(report, "bounded")).toMatchObject({ points: 0, reason: "Not met, says Grace: That is no bound." })
    expect(scoreOf(report, "claims").points).toBe(5)
  })

  it.each([
    [
      "no such criterion",
      "criterion: nothing\nverdict: met\nreason: x\nby: y\n",
      /has no criterion "nothing". To be marked are: bounded, claims/,
    ],
    ["a measured one", "criterion: work\nverdict: met\nreason: x\nby: y\n", /"work" is measured/],
    [
      "a quote that is not there",
      "criterion: bounded\nverdict: met\nquote: a whole year\nreason: x\nby: y\n",
      /does not contain the quote/,
    ],
    [
      "a verdict of its own",
      "criterion: bounded\nverdict: perhaps\nreason: x\nby: y\n",
      /bad\.yaml.*verdict.*A mark has criterion/,
    ],
  ])("refuses a mark with %s", async (_, text, sentence) => {
    const judges = { open: async () => undefined, stored: () => scripted(then).judge }
    await expect(again(judges, "--mark", await put("bad.yaml", text))).rejects.toMatchObject({
      name: "Refusal",
      message: expect.stringMatching(sentence),
    })
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
