import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { type MarkedAnswer, MarkedAnswerSchema } from "../../../graders/agreement/marks.ts"
import type { ProseJudge } from "../../../graders/judge/ask.ts"
import { run as runAgreement } from "../../../server/commands/agreement.ts"
import { run } from "../../../server/commands/judge.ts"
import { asLines, type MadeSet, madeSet } from "../../support/marked-set.ts"
import { opened, type Say, scriptedProseJudge } from "../../support/scripted-prose-judge.ts"
import { marksOf } from "../agreement/made-up-agreement.ts"

const set = madeSet(6)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "proofrun-judge-"))
  await Promise.all([put("rubric.yaml", set.rubric), put("answers.jsonl", asLines(set.answers))])
})
afterEach(() => rm(folder, { recursive: true }))

const put = (name: string, text: string) => writeFile(join(folder, name), text)
const args = (...more: string[]) => [
  ...["--rubric", join(folder, "rubric.yaml"), "--answers", join(folder, "answers.jsonl")],
  ...["--out", join(folder, "marks.jsonl"), ...more],
]

describe("judge refuses, before anything is asked,", () => {
  const other = (change: object) => JSON.stringify({ ...marksOf(set)[0], ...change })

  it.each([
    ["no --out", async () => args().slice(0, 4), /Give a rubric, a file of answers and a file to write to/],
    ["no samples", async () => args("--samples", "0"), /--samples is a whole number from 1 to 9, not "0"/],
    ["half an answer at a time", async () => args("--concurrency", "0.5"), /--concurrency is a whole number/],
    [
      "a rubric that is not there",
      async () => args("--rubric", join(folder, "none.yaml")),
      /none\.yaml cannot be read: there is no such file/,
    ],
    [
      "a rubric without points",
      async () => {
        await put("rubric.yaml", "- points: 1\n  statement: A.\n- statement: B.\n")
        return args()
      },
      /rubric\.yaml, line 3: `1\.points`/,
    ],
    [
      "a broken line of answers",
      async () => {
        await put("answers.jsonl", `${asLines(set.answers)}{"id":`)
        return args()
      },
      /answers\.jsonl, line 7: this is not JSON/,
    ],
    [
      "the answers' own file as --out",
      async () => args("--out", join(folder, "answers.jsonl")),
      /answers\.jsonl, line 1: this is no mark .* nothing is added/,
    ],
    [
      "marks by another rubric",
      async () => {
        await put("marks.jsonl", `${other({ judge: { ...marksOf(set)[0]!.judge, rubric: "another" } })}\n`)
        return args()
      },
      /holds marks by another rubric/,
    ],
    [
      "marks with another number of samples",
      async () => {
        await put("marks.jsonl", `${other({})}\n`)
        return args("--samples", "3")
      },
      /was begun with --samples 2/,
    ],
    [
      "an id that was another answer when it was marked",
      async () => {
        await put("marks.jsonl", `${other({ asked: "something else" })}\n`)
        return args()
      },
      /The answer "a001" is not the one that is marked in .*marks\.jsonl/,
    ],
  ])("%s", async (_, given, sentence) => {
    const called = await given()
    const before = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")))
    await expect(run(called)).rejects.toMatchObject({ name: "Refusal", message: expect.stringMatching(sentence) })
    const after = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")))
    expect(after).toEqual(before)
  })
})

/** What `command` printed on stdout, and its exit code. */
async function printed(command: () => Promise<number>): Promise<{ code: number; text: string }> {
  let text = ""
  const write = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += chunk
    return true
  })
  const errors = vi.spyOn(process.stderr, "write").mockImplementation(() => true)
  try {
    return { code: await command(), text }
  } finally {
    write.mockRestore()
    errors.mockRestore()
  }
}

const judged = (judge: ProseJudge, ...more: string[]) => printed(() => run(args(...more), opened(judge)))

const marks = async (): Promise<MarkedAnswer[]> =>
  (await readFile(join(folder, "marks.jsonl"), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => MarkedAnswerSchema.parse(JSON.parse(line)))

/** Knows the truth about the set, and says something else where it is told to. */
const knowing = ({ answers, truth }: MadeSet, err: (id: string, criterion: string) => Say | null = () => null) =>
  scriptedProseJudge((criterion, { answer }) => {
    const { id } = answers.find((one) => one.answer === answer)!
    return err(id, criterion) ?? (truth.get(id)!.has(criterion) ? "met" : "not met")
  })

describe("judge marks", () => {
  it("every answer once, and a second time asks nobody", async () => {
    const judge = knowing(set)
    const { code, text } = await judged(judge)
    expect(code).toBe(0)
    expect(text).toContain("6 answers marked")
    expect((await marks()).map(({ id }) => id).toSorted()).toEqual(set.answers.map(({ id }) => id))
    expect(await judged(knowing(set))).toEqual({ code, text })
    expect(judge.asked).toHaveLength(6)
    const nobody = () => Promise.reject(new Error("nobody is to be asked"))
    expect((await printed(() => run(args(), nobody))).code).toBe(0)
  })

  it("what is left after the spend limit, and nothing of it twice", async () => {
    const poor = knowing(set, (id) => (id > "a003" ? "spend limit" : null))
    expect(await judged(poor, "--concurrency", "1")).toMatchObject({ code: 1, text: expect.stringContaining("3 of 6") })
    const rich = knowing(set)
    expect((await judged(rich)).code).toBe(0)
    expect(rich.asked).toHaveLength(3)
    expect(new Set((await marks()).map(({ id }) => id)).size).toBe(6)
  })

  it("with null and the reason what could not be judged, and anew only when told to", async () => {
    const first = await judged(
      knowing(set, (id, criterion) => (id === "a002" && criterion === "order" ? "refused" : null)),
    )
    expect(first.code).toBe(1)
    expect(first.text).toContain("a002: order: refused")
    expect((await marks()).find(({ id }) => id === "a002")).toMatchObject({ points: null, because: "order: refused" })
    const idle = knowing(set)
    expect((await judged(idle)).code).toBe(1)
    expect(idle.asked).toHaveLength(0)
    const again = knowing(set)
    expect((await judged(again, "--again")).code).toBe(0)
    expect(again.asked).toHaveLength(1)
    expect((await marks()).every(({ points }) => points !== null)).toBe(true)
  })

  it("with one model and one state of the instructions in one file", async () => {
    const poor = knowing(set, (id) => (id > "a003" ? "spend limit" : null))
    await judged(poor, "--concurrency", "1")
    const before = await readFile(join(folder, "marks.jsonl"), "utf8")
    await expect(judged({ ...knowing(set), model: "another" })).rejects.toThrow(/was begun with the model scripted/)
    const judge = knowing(set)
    const changed: ProseJudge = {
      model: "scripted",
      judge: async (what) => ({ ...(await judge.judge(what)), prompts: { version: 2, hash: "changed" } }),
    }
    await expect(judged(changed)).rejects.toThrow(/other instructions to the judge/)
    expect(await readFile(join(folder, "marks.jsonl"), "utf8")).toBe(before)
  })

  it("nothing where no judge is configured, and says how to turn one on", async () => {
    await expect(printed(() => run(args(), async () => undefined))).rejects.toThrow(/Set OPENAI_API_KEY, or/)
    expect(await readdir(folder)).not.toContain("marks.jsonl")
  })

  it("200 answers with a fault of ours in the middle, which agreement then compares with three people", async () => {
    const whole = madeSet()
    await Promise.all([put("answers.jsonl", asLines(whole.answers)), put("human.jsonl", asLines(whole.human))])
    const faulty = knowing(whole)
    let left = 90
    const breaking: ProseJudge = {
      model: "scripted",
      async judge(what) {
        if (left-- === 0) throw new Error("the store is full")
        return faulty.judge(what)
      },
    }
    await expect(judged(breaking)).rejects.toThrow("the store is full")
    const before = await marks()
    expect(before.length).toBe(faulty.asked.length)
    const judge = knowing(whole)
    expect((await judged(judge)).code).toBe(0)
    expect(judge.asked.length).toBe(200 - before.length)
    const { text } = await printed(() =>
      runAgreement(["--marks", join(folder, "marks.jsonl"), "--human", join(folder, "human.jsonl")]),
    )
    expect(text).toContain("200 answers marked by the judge and by 3 people")
    expect(text.replace(/\s+/g, " ")).toContain("the judge agrees with people better than they agree with each other")
  })
})
