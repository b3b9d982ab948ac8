import { spawn } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { stringify } from "yaml"
import { grade } from "../../graders/grade.ts"
import { type Report, ReportSchema } from "../../graders/report.ts"
import type { LoadedQuestion } from "../../prompts/load-question.ts"
import { strongByEngine } from "../../server/grade-submission.ts"
import { reportJson } from "../../server/report/json.ts"
import { childEnvironment } from "../../server/settings.ts"
import { countedReference } from "../graders/claims/counted-references.ts"
import { scoreOf } from "../graders/made-up.ts"
import { goldScript } from "../support/scripted-judge/gold-script.ts"
import { type ScriptedJudge, startScriptedJudge } from "../support/scripted-judge/server.ts"

/** The clickstream's strong reference on Cassandra, its counts as stored, its answer judged by a server that says what the gold says. */
const REFERENCE = "references/cassandra/strong"
let folder: string
let loaded: LoadedQuestion
let server: ScriptedJudge
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "proofrun-judged-"))
  const reference = await countedReference("clickstream", "cassandra", "strong")
  loaded = reference.loaded
  const { question, evidence, references, weights } = reference.measured
  evidence.submission.answer = await readFile(join(loaded.folder, REFERENCE, "answer.md"), "utf8")
  evidence.provenance.workloadHash = loaded.workloadHash
  const { rubric, rubricHash } = loaded
  const outcome = { kind: "measured" as const, evidence }
  const engines = await strongByEngine(loaded, "cassandra")
  const rest = {
    submission: evidence.submission,
    referenceCounts: references,
    engines,
    weights,
    judgement: null,
    marks: [],
  }
  await writeFile(file("unjudged"), reportJson(grade({ question, rubric, rubricHash, quick: false, outcome, ...rest })))
  server = await startScriptedJudge(await goldScript([join(loaded.folder, REFERENCE, "gold.yaml")]))
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const file = (name: string) => join(folder, `${name}.json`)
const text = (name: string) => readFile(file(name), "utf8")
const report = async (name: string): Promise<Report> => ReportSchema.parse(JSON.parse(await text(name)))

/** Runs `proofrun regrade` as a process of its own. `judge: false` leaves the server's address out. */
function regrade(from: string, to: string, { judge = true, args = [] as string[] } = {}): Promise<string> {
  const main = join(import.meta.dirname, "../../server/main.ts")
  const env = childEnvironment({
    PROOFRUN_STATE: join(folder, "state"),
    ...(judge && { OPENAI_BASE_URL: server.baseUrl, JUDGE_MODEL: "scripted" }),
  })
  return new Promise((resolve, reject) => {
    let said = ""
    const child = spawn(process.execPath, [main, "regrade", file(from), "--json", file(to), ...args], { env })
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk))
    child.on("close", (code) => (code === 0 ? resolve(said) : reject(new Error(`ended with ${code}: ${said}`))))
  })
}

const written = () => server.served.filter(({ asked }) => asked.purpose === "written").length

describe("an answer judged by a server that says what the gold says", () => {
  it("fills written and claim criteria, and the terminal shows where each is said", async () => {
    const before = await report("unjudged")
    expect(before.written.points).toBeNull()
    const said = await regrade("unjudged", "judged")
    const judged = await report("judged")
    expect(judged.written).toMatchObject({ points: 25, outOf: 25 })
    expect(judged.measured).toEqual(before.measured)
    expect(judged.claims.filter(({ verdict }) => verdict === "contradicted")).toEqual([])
    expect(said).toMatch(/❝ line \d+: "/)
    expect(said).toContain("How the answer was judged")
  })

  it("leaves what a grading wrote as it is, to the byte, where there is nobody to ask", async () => {
    await regrade("unjudged", "untouched", { judge: false })
    expect(await text("untouched")).toBe(await text("unjudged"))
  })

  it("gives the same bytes offline, with no server to ask", async () => {
    await regrade("judged", "offline", { judge: false, args: ["--offline"] })
    expect(await text("offline")).toBe(await text("judged"))
  })

  it("asks nothing and changes nothing where nothing changed", async () => {
    const asked = server.served.length
    await regrade("judged", "same")
    expect(server.served.length).toBe(asked)
    expect(await text("same")).toBe(await text("judged"))
  })

  it("asks again only about a statement that was edited, and offline leaves that one open", async () => {
    const edited = structuredClone(loaded.rubric)
    const skew = edited.criteria.find(({ id }) => id === "skew")!
    if (skew.kind === "written") skew.counts += " Or so."
    const rubricFile = join(folder, "rubric.yaml")
    await writeFile(rubricFile, stringify(edited))
    await regrade("judged", "open", { judge: false, args: ["--offline", "--rubric", rubricFile] })
    expect(scoreOf(await report("open"), "skew")).toMatchObject({
      points: null,
      reason: expect.stringMatching(/not asked/),
    })
    expect(
      (await report("open")).scores.filter(({ kind, points }) => kind === "written" && points === null),
    ).toHaveLength(1)
    const before = written()
    await regrade("judged", "edited", { args: ["--rubric", rubricFile] })
    const asked = server.served.slice(-(written() - before)).map((one) => one.asked)
    expect(asked.length).toBeGreaterThanOrEqual(2)
    for (const one of asked) expect(JSON.stringify(one)).toContain("Or so.")
    expect(scoreOf(await report("edited"), "skew").points).toBe(2)
  })
})
