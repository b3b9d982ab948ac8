import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { run } from "../../../server/commands/agreement.ts"
import { asLines, madeSet } from "../../support/marked-set.ts"
import { marksOf } from "../agreement/made-up-agreement.ts"

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "proofrun-agreement-"))
})
afterAll(() => rm(folder, { recursive: true }))

const put = async (name: string, text: string) => {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

/** Runs the command; what it printed, and its exit code. */
async function compared(args: string[]): Promise<{ code: number; text: string }> {
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

describe("the command", () => {
  it("compares 200 answers with three people each, prints the same again, and writes page and figures", async () => {
    const set = madeSet()
    const marks = await put("marks.jsonl", asLines(marksOf(set)))
    const human = await put("human.jsonl", asLines(set.human))
    const [html, json] = [join(folder, "a.html"), join(folder, "a.json")]
    const first = await compared(["--marks", marks, "--human", human, "--html", html, "--json", json])
    expect(first.code).toBe(0)
    expect(first.text).toContain("200 answers marked by the judge and by 3 people: ann, ben and cleo.")
    expect((await compared(["--marks", marks, "--human", human])).text).toBe(first.text)
    const figures = JSON.parse(await readFile(json, "utf8"))
    // This judge knows the truth, and people err: it must agree with them better than they do with each other.
    expect(figures.totals.leftOut.kappaLead.low).toBeGreaterThan(0)
    expect(figures.allCriteria.judge.kappa.value).toBeGreaterThan(figures.allCriteria.people.kappa.value)
    expect(await readFile(html, "utf8")).toMatch(/^<!doctype html>/)
  })

  const mark = '{"id":"a","points":1,"outOf":3,"criteria":[{"criterion":"key","outOf":3,"verdict":"met"}]}\n'

  it.each([
    ["no human marks", [], /Give the judge's marks and people's marks/],
    ["a missing file", ["--human", "none.jsonl"], /none\.jsonl cannot be read: there is no such file/],
  ])("says in a sentence what is wrong with %s", async (_, args, sentence) => {
    const marks = await put("m.jsonl", mark)
    await expect(compared(["--marks", marks, ...args])).rejects.toMatchObject({
      name: "Refusal",
      message: expect.stringMatching(sentence),
    })
  })

  it.each([
    ["broken JSON", '{"id":"a","points":1}\n{', /h\.jsonl, line 2: this is not JSON/],
    ["no points and no criteria", '{"id":"a","by":"ann"}', /line 1: has neither points nor criteria/],
    [
      "a person twice",
      '{"id":"a","by":"ann","points":1}\n{"id":"a","by":"ann","points":2}',
      /line 2: the mark of "a" by ann stands there again, after line 1/,
    ],
    [
      "other points than the judge can give",
      '{"id":"a","points":7}',
      /line 1: 7 points for "a", and the judge's marks are out of 3/,
    ],
    [
      "a statement that nobody knows",
      '{"id":"a","criteria":{"kex":"met"}}',
      /line 1: "kex" is no statement of the marks of "a". They have: key/,
    ],
    [
      "a verdict that is none",
      '{"id":"a","criteria":{"key":"partly"}}',
      /line 1: "criteria\.key": is neither "met" nor "not met"/,
    ],
    [
      "points between all and nothing",
      '{"id":"a","criteria":{"key":2}}',
      /line 1: "key" is met, 3 points, or not, 0; 2 is neither/,
    ],
    ["a misspelt field", '{"id":"a","point":1}', /line 1: .*"point"/],
    ["no answer in common", '{"id":"x","points":1}', /No answer stands in both files.* has "a", .* has "x"/],
  ])("refuses human marks with %s", async (_, human, sentence) => {
    const args = ["--marks", await put("m.jsonl", mark), "--human", await put("h.jsonl", human)]
    await expect(compared(args)).rejects.toMatchObject({ name: "Refusal", message: expect.stringMatching(sentence) })
  })

  it("takes marks that something else gave, as long as they hold points", async () => {
    const marks = await put("m.jsonl", '{"id":1,"points":1}\n{"id":2,"points":4}\n{"id":3,"points":null}\n')
    const human = await put("h.jsonl", '{"id":1,"points":2}\n{"id":2,"points":4}\n{"id":3,"points":4}\n')
    const { text } = await compared(["--marks", marks, "--human", human])
    expect(text).toContain("People marked whole answers, so no statement can be compared.")
    expect(text).toContain("1 answer has no total by the judge")
  })
})
