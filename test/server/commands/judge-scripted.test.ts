import { type ChildProcess, spawn } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { MarkedAnswerSchema } from "../../../graders/agreement/marks.ts"
import { childEnvironment } from "../../../server/settings.ts"
import { asLines, type MadeSet, madeSet, STATEMENTS } from "../../support/marked-set.ts"
import { type Asked, reply, type Said } from "../../support/scripted-judge/asked.ts"
import type { Fault } from "../../support/scripted-judge/fault.ts"
import { type ScriptedJudge, startScriptedJudge } from "../../support/scripted-judge/server.ts"

const MAIN = join(import.meta.dirname, "../../../server/main.ts")
const set = madeSet()

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "proofrun-scripted-"))
})
afterEach(() => rm(folder, { recursive: true }))

/** Met where the answer has the sentence that meets it. */
const honest = (asked: Asked) =>
  reply(asked, (statement): Said => {
    const { met } = STATEMENTS.find((one) => statement === one.statement)!
    const isMet = asked.answer.includes(met)
    return {
      reason: isMet ? "It says so." : "It does not.",
      quote: isMet ? met : "",
      verdict: isMet ? "met" : "not met",
    }
  })

async function put({ rubric, answers, human }: Pick<MadeSet, "rubric" | "answers" | "human">): Promise<void> {
  await writeFile(join(folder, "rubric.yaml"), rubric)
  await writeFile(join(folder, "answers.jsonl"), asLines(answers))
  await writeFile(join(folder, "human.jsonl"), asLines(human))
}

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs ./proofrun's entry as a process of its own, with the scripted server as its judge. */
function proofrun(
  { baseUrl }: ScriptedJudge,
  args: string[],
  onStarted: (child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const env = childEnvironment({
    PROOFRUN_STATE: join(folder, "state"),
    OPENAI_API_KEY: "a-key",
    OPENAI_BASE_URL: baseUrl,
    JUDGE_MODEL: "scripted",
    JUDGE_DAILY_LIMIT_USD: "1000",
  })
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], { env, cwd: folder })
  onStarted(child)
  let stdout = ""
  let stderr = ""
  child.stdout.on("data", (chunk) => {
    stdout += chunk
  })
  child.stderr.on("data", (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })))
}

const JUDGE = ["judge", "--rubric", "rubric.yaml", "--answers", "answers.jsonl", "--out", "marks.jsonl"]

const marks = async () =>
  (await readFile(join(folder, "marks.jsonl"), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => MarkedAnswerSchema.parse(JSON.parse(line)))

describe("judge and agreement with a scripted server", () => {
  it("mark 200 answers, killed six times on the way: none twice, none lost, nothing paid twice", async () => {
    await put(set)
    let child: ChildProcess | undefined
    let callsToKill = Number.POSITIVE_INFINITY
    await using judge = await startScriptedJudge({
      say(asked) {
        // In the middle of a call: the server has answered and charged, and nobody is there to take the answer.
        if (asked.purpose !== "probe" && --callsToKill === 0) child!.kill("SIGKILL")
        return honest(asked)
      },
    })
    // Counted from the start of each run: what a killed one still had on its way comes in after it.
    const kills = [2, 38, 50, 1, 59, 70]
    for (const calls of kills) {
      callsToKill = calls
      const { code } = await proofrun(judge, JUDGE, (started) => {
        child = started
      })
      expect(code).toBeNull()
    }
    callsToKill = Number.POSITIVE_INFINITY
    const { code, stdout, stderr } = await proofrun(judge, JUDGE)
    expect(stderr).toMatch(/answers are marked already/)
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("200 answers marked") })

    const found = await marks()
    expect(found.map(({ id }) => id).toSorted()).toEqual(set.answers.map(({ id }) => id))
    for (const { id, criteria } of found) {
      const met = criteria.filter(({ verdict }) => verdict === "met").map(({ criterion }) => criterion)
      expect(new Set(met)).toEqual(set.truth.get(id))
    }
    expect(Math.max(...judge.charges.values())).toBe(1)
    // Asked again is only what was on its way when the process was killed.
    const again = judge.served.filter((one) => one.again).length
    expect(again).toBeLessThanOrEqual(kills.length * 8)
    console.log(`${judge.charges.size} calls charged, ${again} of them asked for again after ${kills.length} kills`)

    const compared = await proofrun(judge, [
      ...["agreement", "--marks", "marks.jsonl", "--human", "human.jsonl"],
      ...["--html", "agreement.html", "--json", "agreement.json"],
    ])
    expect(compared.code).toBe(0)
    expect(compared.stdout).toContain("200 answers marked by the judge and by 3 people: ann, ben and cleo.")
    expect(await readFile(join(folder, "agreement.html"), "utf8")).toMatch(/^<!doctype html>/)
  })

  it("shows the model question and references before the answer, and no points", async () => {
    await put({ ...set, answers: set.answers.slice(0, 1) })
    await using judge = await startScriptedJudge({ say: honest })
    expect((await proofrun(judge, JUDGE)).code).toBe(0)
    const asked = judge.served.find((one) => one.asked.purpose === "written")!.asked
    expect(asked.answer).toBe(set.answers[0]!.answer)
    expect(asked.around).toContain(set.answers[0]!.question)
    expect(asked.around).toContain(set.answers[0]!.references[0]!)
    expect(asked.around).not.toMatch(/points/i)
    // What has no text in the rubric has no heading in the prompt.
    expect(asked.around).not.toMatch(/^(Counts|Does not count|An example [^:]*): *$/m)
    expect(judge.served.filter((one) => one.asked.purpose === "claims")).toHaveLength(0)
  })

  it("give an answer no total, with the reason, where the server says nothing of use, and judge it with --again", async () => {
    await put({ ...set, answers: set.answers.slice(0, 3) })
    let useful = false
    const chatter: Fault = {
      name: "chatter",
      content: () => "I would rather not.",
      always: "not understood",
      once: "as said",
    }
    await using judge = await startScriptedJudge({
      say: honest,
      fault: (_call, asked) => (asked.answer.startsWith("This is design 2.") && !useful ? chatter : null),
    })
    const first = await proofrun(judge, JUDGE)
    expect(first).toMatchObject({ code: 1, stdout: expect.stringContaining("1 answer has no total") })
    expect((await marks()).filter(({ points }) => points === null).map(({ id }) => id)).toEqual(["a002"])
    useful = true
    expect((await proofrun(judge, [...JUDGE, "--again"])).code).toBe(0)
    expect((await marks()).every(({ points }) => points !== null)).toBe(true)
  })
})
