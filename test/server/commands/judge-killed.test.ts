import { type ChildProcess, spawn } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { asLines, madeSet } from "../../support/marked-set.ts"

const set = madeSet()

let folder: string
let out: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "proofrun-killed-"))
  out = join(folder, "marks.jsonl")
  await writeFile(join(folder, "rubric.yaml"), set.rubric)
  await writeFile(join(folder, "answers.jsonl"), asLines(set.answers))
})
afterEach(() => rm(folder, { recursive: true }))

interface Ended {
  code: number | null
  lines: string[]
}

interface Told {
  /** Told how often the judge has been asked; `answer` lets it answer one of its questions. */
  onAsked(asked: number, child: ChildProcess, answer: () => void): void
  onToldToStop?(answer: () => void): void
}

function judging({ onAsked, onToldToStop }: Told): Promise<Ended> {
  const args = ["--rubric", join(folder, "rubric.yaml"), "--answers", join(folder, "answers.jsonl"), "--out", out]
  const child = spawn(process.execPath, [join(import.meta.dirname, "judging-child.ts"), ...args], {
    stdio: ["pipe", "pipe", "ignore"],
  })
  // It may be gone by the time it is written to.
  child.stdin.on("error", () => {})
  const answer = () => void child.stdin.write("\n")
  const lines: string[] = []
  let asked = 0
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line === "asked") onAsked(++asked, child, answer)
    else if (line === "told to stop") onToldToStop?.(answer)
    else lines.push(line)
  })
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, lines })))
}

/** Whole lines that are in the file. */
const written = async () => (await readFile(out, "utf8").catch(() => "")).split("\n").slice(0, -1)

describe("the judge command", () => {
  it("that is killed nine times has each answer once in its file, and loses no line", async () => {
    let before: string[] = []
    for (const kill of [1, 9, 12, 25, 16, 38, 13, 41, 6]) {
      await judging({ onAsked: (asked, child, answer) => (asked < kill ? answer() : void child.kill("SIGKILL")) })
      const after = await written()
      expect(after.slice(0, before.length)).toEqual(before)
      before = after
    }
    expect(before.length).toBeGreaterThan(50)
    expect(before.length).toBeLessThan(200)
    const { code, lines } = await judging({ onAsked: (_asked, _child, answer) => answer() })
    expect(code).toBe(0)
    expect(lines.join("\n")).toContain("200 answers marked")
    const ids = (await written()).map((line) => JSON.parse(line).id)
    expect(ids.toSorted()).toEqual(set.answers.map(({ id }) => id))
  })

  it("that is told to stop finishes what it has begun, asks for nothing more, and says how to go on", async () => {
    let times = 0
    const { code, lines } = await judging({
      onAsked(asked, child) {
        times = asked
        if (asked === 4) child.kill("SIGINT")
      },
      onToldToStop(answer) {
        for (let one = 0; one < 4; one++) answer()
      },
    })
    expect(code).toBe(130)
    expect(times).toBe(4)
    expect(await written()).toHaveLength(4)
    expect(lines[0]).toMatch(/^Stopped\. 4 of 200 are in .*; the same command goes on from there\.$/)
  })
})
