import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import {
  hashRubric,
  importWorkload,
  listQuestions,
  parseRubric,
  QUESTIONS_FOLDER,
  QuestionFault,
  readExpected,
  readQuestion,
} from "../../prompts/load-question.ts"

const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true })
})

/** A folder of questions that holds a copy of clickstream, for breaking. */
function copied(): {
  within: string
  file: (name: string) => string
  edit: (name: string, from: string, to: string) => void
} {
  const within = mkdtempSync(join(tmpdir(), "proofrun-questions-"))
  made.push(within)
  cpSync(join(QUESTIONS_FOLDER, "clickstream"), join(within, "clickstream"), { recursive: true })
  const file = (name: string) => join(within, "clickstream", name)
  return {
    within,
    file,
    edit(name, from, to) {
      const text = readFileSync(file(name), "utf8")
      expect(text).toContain(from)
      writeFileSync(file(name), text.replace(from, to))
    },
  }
}

async function faultOf(within: string, id = "clickstream"): Promise<string> {
  const error = await readQuestion(id, within).then(
    () => null,
    (thrown) => thrown,
  )
  expect(error).toBeInstanceOf(QuestionFault)
  return error.message
}

describe("every question of the project", async () => {
  for (const id of await listQuestions())
    describe(id, async () => {
      const question = await readQuestion(id)

      it("has 100 points, 75 of them measured", () => {
        const points = (written: boolean) =>
          question.rubric.criteria
            .filter(({ kind }) => ["written", "claim"].includes(kind) === written)
            .reduce((sum, criterion) => sum + criterion.points, 0)
        expect([points(false), points(true)]).toEqual([75, 25])
      })

      it("has a starter and a strong, an adequate and a weak reference for each engine, and each says what it promises", async () => {
        for (const engine of question.question.engines) {
          expect(question.starters).toContain(engine)
          expect(question.references[engine]).toEqual(expect.arrayContaining(["strong", "adequate", "weak"]))
          const invariants = question.rubric.criteria.flatMap((one) =>
            one.kind === "correctness" ? one.invariants.map((invariant) => invariant.id) : [],
          )
          for (const name of question.references[engine]) {
            const { breaks, mayBreak } = await readExpected(question, engine, name)
            for (const invariant of [...breaks, ...mayBreak]) expect(invariants).toContain(invariant)
          }
        }
      })

      it("has a workload whose stages and axes are those of the question", async () => {
        const workload = (await importWorkload(question))({ key: Buffer.alloc(32), nowMs: Date.UTC(2026, 10, 20) })
        const fromSizeToSize = question.question.axes.filter(({ callsOf }) => callsOf === undefined)
        expect(Object.keys(workload.axes).sort()).toEqual(fromSizeToSize.map((axis) => axis.id).sort())
        const stages = workload.stages.map((stage) => stage.id)
        for (const ids of Object.values(workload.axes)) for (const stage of ids) expect(stages).toContain(stage)
        for (const { at } of workload.stages) expect(Object.keys(at).sort()).toEqual(Object.keys(workload.axes).sort())
      })

      it("counts calls at two places or more on each axis that varies from call to call", async () => {
        const workload = (await importWorkload(question))({ key: Buffer.alloc(32), nowMs: Date.UTC(2026, 10, 20) })
        for (const { id: axis, callsOf } of question.question.axes) {
          if (!callsOf) continue
          const probes = workload.probes(workload.stages.at(-1)!.id).filter(({ operation }) => operation === callsOf)
          const places = new Set(probes.flatMap(({ at }) => at?.[axis] ?? []))
          expect(places.size).toBeGreaterThanOrEqual(2)
        }
      })

      it("tells in its statement the rates, the budgets and the scale that are graded", () => {
        const plain = question.statement.replaceAll(",", "")
        for (const { name, perSecond, budgetP99Ms } of question.question.operations) {
          expect(plain).toContain(`\`${name}\``)
          expect(plain).toContain(`${perSecond}/s`)
          expect(plain).toContain(`${budgetP99Ms} ms`)
        }
        for (const { scale } of question.question.axes) expect(plain).toContain(`${scale}`)
        if (question.question.retentionDays) expect(plain).toContain(`${question.question.retentionDays} days`)
      })

      it("asks for written statements with an example of each kind, and names its types", () => {
        expect(question.types[`proofrun/${id}`]).toContain("export interface Access")
        const written = question.rubric.criteria.filter((criterion) => criterion.kind === "written")
        expect(written.length).toBeGreaterThanOrEqual(8)
        expect(written.length).toBeLessThanOrEqual(14)
      })
    })
})

describe("a malformed question", () => {
  it("that does not exist is answered with those that do", async () => {
    expect(await faultOf(QUESTIONS_FOLDER, "clickstraem")).toMatch(/no question "clickstraem".*clickstream/)
  })

  const cases: { what: string; file: string; from: string; to: string; says: RegExp }[] = [
    {
      what: "broken YAML",
      file: "question.yaml",
      from: "title: A",
      to: "title: [A",
      says: /question\.yaml, line \d+: /,
    },
    { what: "an unknown key", file: "question.yaml", from: "minutes:", to: "minuets:", says: /question\.yaml.*minu/ },
    {
      what: "a wrong type",
      file: "question.yaml",
      from: "minutes: 45",
      to: "minutes: long",
      says: /question\.yaml, line 5: `minutes`/,
    },
    {
      what: "an anchor that is no reference",
      file: "question.yaml",
      from: "cassandra: weak-filtering",
      to: "cassandra: slow",
      says: /question\.yaml: `position\.anchor\.cassandra` is "slow", which is none of: .*weak-filtering/,
    },
    {
      what: "a folder of another name",
      file: "question.yaml",
      from: "id: clickstream",
      to: "id: clickstreams",
      says: /`id` is "clickstreams", which is none of: clickstream/,
    },
    {
      what: "invariants that do not add up",
      file: "rubric.yaml",
      from: "points: 3 }",
      to: "points: 4 }",
      says: /rubric\.yaml, line \d+.*add up to 21, not 20/,
    },
    {
      what: "an axis that the question lacks",
      file: "rubric.yaml",
      from: "axis: history",
      to: "axis: histories",
      says: /rubric\.yaml.*"histories", which is none of: history, users/,
    },
    {
      what: "calls of an operation that it lacks along an axis",
      file: "question.yaml",
      from: "unit: users",
      to: "unit: users\n    callsOf: lookUp",
      says: /`callsOf` of axis "users" is "lookUp", which is none of: record, lastDay/,
    },
    {
      what: "a criterion that asks of such an axis what calls do not tell",
      file: "question.yaml",
      from: "unit: days",
      to: "unit: days\n    callsOf: lastDay",
      says: /rubric\.yaml: the axis of criterion "partition-growth" varies with the calls of "lastDay"/,
    },
    {
      what: "an id used twice",
      file: "rubric.yaml",
      from: "id: work,",
      to: "id: correctness,",
      says: /"correctness" is used twice/,
    },
  ]
  for (const { what, file, from, to, says } of cases)
    it(`with ${what} is refused with its file`, async () => {
      const { within, edit } = copied()
      edit(file, from, to)
      expect(await faultOf(within)).toMatch(says)
    })

  for (const file of ["question.yaml", "rubric.yaml", "statement.md", "types.d.ts", "workload.ts"])
    it(`without ${file} is refused with the name of the file`, async () => {
      const copy = copied()
      rmSync(copy.file(file))
      expect(await faultOf(copy.within)).toMatch(new RegExp(`${file.replaceAll(".", "\\.")} is missing`))
    })

  it("with aliases that would unfold to gigabytes is refused", async () => {
    const copy = copied()
    writeFileSync(copy.file("question.yaml"), "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n")
    expect(await faultOf(copy.within)).toMatch(/question\.yaml.*alias/i)
  })
})

describe("hashes", () => {
  const text = readFileSync(join(QUESTIONS_FOLDER, "clickstream/rubric.yaml"), "utf8")

  it("of a rubric change with what it says, not with its layout", () => {
    const hash = hashRubric(parseRubric(text, "rubric.yaml"))
    expect(hashRubric(parseRubric(`# a remark\n${text}`, "rubric.yaml"))).toBe(hash)
    expect(hashRubric(parseRubric(text.replace(/version: \d+/, "version: 99"), "rubric.yaml"))).not.toBe(hash)
  })

  it("of a workload change with its code, not with the statement", async () => {
    const { within, edit } = copied()
    const { workloadHash } = await readQuestion("clickstream", within)
    expect(workloadHash).toBe((await readQuestion("clickstream")).workloadHash)
    edit("statement.md", "events", "happenings")
    expect((await readQuestion("clickstream", within)).workloadHash).toBe(workloadHash)
    edit("layout.ts", "BOT_EVENTS = 6000", "BOT_EVENTS = 6001")
    expect((await readQuestion("clickstream", within)).workloadHash).not.toBe(workloadHash)
  })
})
