import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { importWorkload, QUESTIONS_FOLDER, readQuestion } from "../../prompts/load-question.ts"
import { readSubmission } from "../../sandboxes/read-submission.ts"
import { referenceCounts } from "../../server/grade-submission.ts"
import { makeQuestion } from "../../server/new-question.ts"

let questions: string
beforeEach(() => {
  // Beside the project's, so that what its workload imports is found.
  questions = mkdtempSync(join(tmpdir(), "proofrun-new-"))
  cpSync(join(QUESTIONS_FOLDER, ".."), questions, { recursive: true })
  questions = join(questions, "questions")
})
afterEach(() => rmSync(join(questions, ".."), { recursive: true }))

const make = (name: string, from = "clickstream") => makeQuestion({ name, from, questions })

describe("a new question", () => {
  for (const from of ["clickstream", "fan-out-feed"])
    it(`made from ${from} is complete: it loads, its submissions can be read, and its references' counts hold`, async () => {
      await make("night-shift", from)
      const made = await readQuestion("night-shift", questions)
      expect(made.question.id).toBe("night-shift")
      expect(Object.keys(made.types)).toEqual(["proofrun/night-shift"])
      for (const engine of made.question.engines) {
        expect(made.references[engine]).toEqual(expect.arrayContaining(["strong", "adequate", "weak"]))
        const counts = await referenceCounts(made, engine)
        expect(Object.keys(counts?.references ?? {})).toContain("strong")
        for (const place of [`starters/${engine}`, `references/${engine}/strong`]) {
          const read = await readSubmission(join(made.folder, place), questions)
          expect(read).toMatchObject({ ok: true, submission: { question: "night-shift" } })
          if (read.ok) expect(read.submission.files["access.ts"]).toContain('from "proofrun/night-shift"')
        }
      }
      const workload = (await importWorkload(made))({ key: Buffer.alloc(32), nowMs: Date.UTC(2026, 10, 20) })
      expect(workload.stages.length).toBeGreaterThan(1)
    })

  it("says beside each part what it is for", async () => {
    const folder = await make("night-shift")
    const text = readFileSync(join(folder, "question.yaml"), "utf8")
    expect(text.match(/^# /gm)?.length).toBeGreaterThanOrEqual(7)
    expect(readFileSync(join(folder, "rubric.yaml"), "utf8").match(/^ *# [A-Z]/gm)?.length).toBeGreaterThanOrEqual(6)
  })

  it("is refused a name that is taken or no name, and overwrites nothing", async () => {
    await expect(make("clickstream")).rejects.toThrow(/already/)
    for (const name of ["Night Shift", "../night", "1st", ""]) await expect(make(name)).rejects.toThrow(/cannot be/)
    await expect(make("night-shift", "nonsense")).rejects.toThrow(/no question "nonsense"/)
  })
})
