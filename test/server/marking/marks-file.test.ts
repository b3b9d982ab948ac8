import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { MARKED_FORMAT, type MarkedAnswer } from "../../../graders/agreement/marks.ts"
import { openMarksFile } from "../../../server/marking/marks-file.ts"

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "proofrun-marks-"))
  file = join(folder, "marks.jsonl")
})
afterEach(() => rm(folder, { recursive: true }))

const mark = (id: string, points: number | null = 1): MarkedAnswer => ({
  format: MARKED_FORMAT,
  id,
  points,
  outOf: 2,
  because: points === null ? "refused" : null,
  criteria: [],
  steering: [],
  answer: `Die Größe, "quoted", ${id}`,
  asked: "",
  judge: { model: "m", prompts: { version: 1, hash: "" }, rubric: "", samples: 2 },
  tokens: { prompt: 0, completion: 0 },
  usd: null,
})

async function written(...marks: MarkedAnswer[]): Promise<void> {
  const opened = await openMarksFile(file)
  await opened.begin(new Set())
  await Promise.all(marks.map(opened.append))
  await opened.close()
}

async function found(): Promise<string[]> {
  const opened = await openMarksFile(file)
  await opened.close()
  return [...opened.marked.keys()]
}

describe("a file of marks", () => {
  it("gives back what was appended, in whole lines", async () => {
    await written(mark("a"), mark("b"))
    await written(mark("c"))
    expect(await found()).toEqual(["a", "b", "c"])
    expect((await readFile(file, "utf8")).split("\n")).toHaveLength(4)
  })

  it("loses a torn last line and nothing else, wherever it is torn", async () => {
    await written(mark("a"))
    const whole = await readFile(file)
    const line = Buffer.from(`${JSON.stringify(mark("b"))}\n`)
    for (let length = 1; length < line.length; length++) {
      await writeFile(file, Buffer.concat([whole, line.subarray(0, length)]))
      expect(await found()).toEqual(["a"])
      expect(await readFile(file)).toEqual(whole)
    }
  })

  it("goes on behind a repaired line", async () => {
    await written(mark("a"))
    await appendFile(file, JSON.stringify(mark("b")).slice(0, 40))
    await written(mark("c"))
    expect(await found()).toEqual(["a", "c"])
  })

  it.each([
    ["somebody's notes", "Do not lose this\n", "line 1"],
    ["answers instead of marks", '{"id":"a","answer":"x"}\n', "line 1"],
    ["a text without a line's end", "Do not lose this", "line 1"],
    ["marks with something else behind them", `${JSON.stringify(mark("a"))}\nnotes`, "line 2"],
  ])("is refused, and left as it is, where it holds %s", async (_, text, place) => {
    await writeFile(file, text)
    await expect(openMarksFile(file)).rejects.toThrow(place)
    expect(await readFile(file, "utf8")).toBe(text)
  })

  it("is refused where an answer is marked twice", async () => {
    await written(mark("a"))
    await appendFile(file, `${JSON.stringify(mark("a"))}\n`)
    await expect(openMarksFile(file)).rejects.toThrow('line 2: the answer "a" is marked twice')
  })

  it("has one writer at a time", async () => {
    const first = await openMarksFile(file)
    await expect(openMarksFile(file)).rejects.toThrow("Another process is writing")
    await first.close()
    expect(await found()).toEqual([])
  })

  it("takes out what is to be marked anew, and keeps the rest byte by byte", async () => {
    await written(mark("a"), mark("b", null), mark("c"))
    const lines = (await readFile(file, "utf8")).split("\n")
    const opened = await openMarksFile(file)
    await opened.begin(new Set(["b", "never marked"]))
    await opened.append(mark("b"))
    await opened.close()
    expect(await readFile(file, "utf8")).toBe([lines[0], lines[2], JSON.stringify(mark("b")), ""].join("\n"))
    expect(await readdir(folder)).toEqual(["marks.jsonl"])
  })

  it("that cannot be written says so before anything is asked", async () => {
    const opened = await openMarksFile(join(folder, "none", "marks.jsonl"))
    await expect(opened.begin(new Set())).rejects.toThrow("cannot be written")
    await opened.close()
    await expect(openMarksFile(folder)).rejects.toThrow("it is a folder")
  })

  it("is not made, or changed, by being looked at", async () => {
    expect(await found()).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })
})
