import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { run } from "../../../server/commands/judge.ts"
import { asLines, madeSet } from "../../support/marked-set.ts"
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
