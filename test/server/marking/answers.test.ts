import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { readAnswers } from "../../../server/marking/answers.ts"

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "proofrun-answers-"))
})
afterAll(() => rm(folder, { recursive: true }))

async function answersIn(text: string | Uint8Array) {
  const file = join(folder, "answers.jsonl")
  await writeFile(file, text)
  return readAnswers(file)
}

describe("a file of answers", () => {
  it("has one a line, numbered or named, with empty lines between", async () => {
    const { answers } = await answersIn('{"id":1,"answer":"A"}\n\n{"id":"two","answer":""}\r\n')
    expect(answers.map(({ id, answer }) => [id, answer])).toEqual([
      ["1", "A"],
      ["two", ""],
    ])
  })

  it("puts question and references before the judge, and not into the answer", async () => {
    const { answers } = await answersIn('{"id":"a","answer":"A","question":"Q?","references":["R1","R2"]}')
    expect(answers[0]!.brief).toMatch(/^Q\?\n\nA reference answer 1.*\n\nR1\n\nA reference answer 2.*\n\nR2$/)
    expect(answers[0]!.answer).toBe("A")
  })

  it("tells the same id with another text apart", async () => {
    const asked = async (line: object) => (await answersIn(JSON.stringify(line))).answers[0]!.asked
    const first = await asked({ id: "a", answer: "A" })
    expect(await asked({ id: "a", answer: "A", topic: "x" })).toBe(first)
    expect(await asked({ id: "a", answer: "B" })).not.toBe(first)
    expect(await asked({ id: "a", answer: "A", question: "Q" })).not.toBe(first)
    expect(await asked({ id: "a", answer: "A", references: ["R"] })).not.toBe(first)
  })

  it("names the fields that mean nothing", async () => {
    expect((await answersIn('{"id":"a","answer":"A","refrences":[],"score":1}')).unread).toEqual(["refrences", "score"])
  })

  it.each([
    ["broken JSON", '{"id":"a","answer":"A"}\n{"id":', /answers\.jsonl, line 2: this is not JSON/],
    ["no id", '{"answer":"A"}', /line 1: "id": is neither a name nor a number/],
    ["no answer", '{"id":"a"}', /line 1: "answer"/],
    ["an answer that is no text", '{"id":"a","answer":["A"]}', /line 1: "answer"/],
    ["references that are no list", '{"id":"a","answer":"A","references":"R"}', /line 1: "references"/],
    [
      "an id twice",
      '{"id":"a","answer":"A"}\n{"id":"b","answer":"B"}\n{"id":"a","answer":"C"}',
      /line 3: the answer "a" stands there again, after line 1/,
    ],
    ["a list instead of lines", '[{"id":"a","answer":"A"}]', /line 1: /],
    [
      "an endless answer",
      JSON.stringify({ id: "a", answer: "ä".repeat(140_000) }),
      /line 1: "answer": is longer than 262144 bytes/,
    ],
    ["nothing", "\n", /has no line/],
    ["other bytes than text", Uint8Array.of(0xff, 0xfe, 0x00), /is not text in UTF-8/],
  ])("is refused in a sentence that names the line for %s", async (_, text, sentence) => {
    await expect(answersIn(text)).rejects.toMatchObject({ name: "Refusal", message: expect.stringMatching(sentence) })
  })

  it("that is not there, or is a folder, is refused as well", async () => {
    await expect(readAnswers(join(folder, "none"))).rejects.toThrow("there is no such file")
    await expect(readAnswers(folder)).rejects.toThrow("it is a folder")
  })
})
