import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { QUESTIONS_FOLDER } from "../../prompts/load-question.ts"
import { readSubmission } from "../../sandboxes/read-submission.ts"

const STARTER = join(QUESTIONS_FOLDER, "clickstream/starters/cassandra")
const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true })
})

/** The starter in a folder of its own, changed. */
function folderWith(change: (folder: string) => void = () => {}): string {
  const folder = mkdtempSync(join(tmpdir(), "proofrun-submission-"))
  made.push(folder)
  cpSync(STARTER, folder, { recursive: true })
  change(folder)
  return folder
}

const write = (name: string, content: string | Uint8Array) => (folder: string) =>
  writeFileSync(join(folder, name), content)
const remove = (name: string) => (folder: string) => rmSync(join(folder, name))
const about = (text: string) => write("submission.yaml", text)

describe("a submission's folder", () => {
  it("is read whole: schema, code, answer, name", async () => {
    const read = await readSubmission(folderWith())
    expect(read).toMatchObject({
      ok: true,
      submission: { question: "clickstream", engine: "cassandra", displayName: "My first design" },
    })
    if (!read.ok) return
    expect(Object.keys(read.submission.files)).toEqual(["access.ts"])
    expect(read.submission.schema).toContain("CREATE TABLE")
    expect(read.submission.answer).toContain("# My design")
  })

  it("may hold several code files, plain JavaScript, and things that are not ours to look at", async () => {
    const read = await readSubmission(
      folderWith((folder) => {
        remove("access.ts")(folder)
        write("access.mjs", "export default 1")(folder)
        mkdirSync(join(folder, "lib"))
        write("lib/days.js", "export const DAY = 1")(folder)
        write("package.json", "{}")(folder)
        write("notes.txt", "…")(folder)
        mkdirSync(join(folder, "node_modules/left-pad"), { recursive: true })
        write("node_modules/left-pad/index.js", "")(folder)
        mkdirSync(join(folder, ".git"))
        write(".git/config.js", "")(folder)
      }),
    )
    expect(read.ok && Object.keys(read.submission.files)).toEqual(["access.mjs", "lib/days.js"])
  })

  it("may hold links that stay inside", async () => {
    const read = await readSubmission(
      folderWith((folder) => {
        remove("answer.md")(folder)
        write("design.md", "my answer")(folder)
        symlinkSync("design.md", join(folder, "answer.md"))
      }),
    )
    expect(read.ok && read.submission.answer).toBe("my answer")
  })

  for (const reference of ["strong", "wrong-ties"])
    it(`of the reference ${reference} is read without what it promises`, async () => {
      const read = await readSubmission(join(QUESTIONS_FOLDER, "clickstream/references/cassandra", reference))
      expect(read.ok && Object.keys(read.submission.files)).toEqual(["access.ts"])
    })
})

describe("a folder that cannot be read as a submission is rejected with a sentence", () => {
  const cases: { what: string; change: (folder: string) => void; says: RegExp; file?: string; line?: number }[] = [
    { what: "no submission.yaml", change: remove("submission.yaml"), says: /^submission\.yaml is missing/ },
    { what: "no schema", change: remove("schema.cql"), says: /^schema\.cql is missing/ },
    { what: "no code", change: remove("access.ts"), says: /^access\.ts is missing/ },
    { what: "no answer", change: remove("answer.md"), says: /^answer\.md is missing/ },
    {
      what: "an unknown key",
      change: about("question: clickstream\nengine: cassandra\nname: me\n"),
      says: /submission\.yaml cannot be read: .*"name"/,
      file: "submission.yaml",
    },
    {
      what: "a value of the wrong type",
      change: about("question: clickstream\nengine: [cassandra]\n"),
      says: /`engine`/,
      file: "submission.yaml",
      line: 2,
    },
    {
      what: "a YAML error",
      change: about('question: clickstream\nengine: "cassandra\n'),
      says: /submission\.yaml cannot be read/,
      file: "submission.yaml",
      line: 3,
    },
    {
      what: "an unknown question",
      change: about("question: clickstraem\nengine: cassandra\n"),
      says: /no question "clickstraem".*clickstream/,
    },
    {
      what: "a question that is a path",
      change: about("question: ../clickstream\nengine: cassandra\n"),
      says: /no question "\.\.\/clickstream"/,
    },
    {
      what: "an engine that the question does not allow",
      change: about("question: clickstream\nengine: mongodb\n"),
      says: /cannot be answered with the engine "mongodb".*cassandra/,
    },
    {
      what: "a schema of 10 MB",
      change: write("schema.cql", "-- x".repeat(2_621_440)),
      says: /schema\.cql is too large: it has 10,240 KiB; at most 256 KiB/,
      file: "schema.cql",
    },
    {
      what: "too much code in all",
      change: (folder) => {
        write("a.ts", "x".repeat(300_000))(folder)
        write("b.ts", "x".repeat(300_000))(folder)
      },
      says: /b\.ts is too large.*512 KiB in all/,
      file: "b.ts",
    },
    {
      what: "too many code files",
      change: (folder) => {
        for (let i = 0; i < 41; i++) write(`f${i}.ts`, "")(folder)
      },
      says: /42 code files; at most 40/,
    },
    {
      what: "an answer that is not UTF-8",
      change: write("answer.md", Uint8Array.of(0x66, 0xfc, 0x72)),
      says: /answer\.md is not UTF-8/,
      file: "answer.md",
    },
    {
      what: "a link out of the folder",
      change: (folder) => {
        remove("answer.md")(folder)
        symlinkSync("/etc/passwd", join(folder, "answer.md"))
      },
      says: /answer\.md is a link to a place outside/,
      file: "answer.md",
    },
    {
      what: "code that is a link out of the folder",
      change: (folder) => symlinkSync("/etc/passwd", join(folder, "stolen.json")),
      says: /stolen\.json is a link to a place outside/,
      file: "stolen.json",
    },
    {
      what: "a link that leads back to itself",
      change: (folder) => {
        remove("answer.md")(folder)
        symlinkSync("answer.md", join(folder, "answer.md"))
      },
      says: /answer\.md is a link that leads back to itself/,
    },
    {
      what: "a folder where a file should be",
      change: (folder) => {
        remove("answer.md")(folder)
        mkdirSync(join(folder, "answer.md"))
      },
      says: /answer\.md is not an ordinary file/,
    },
    {
      what: "a named pipe, which would never end",
      change: (folder) => {
        remove("answer.md")(folder)
        execFileSync("mkfifo", [join(folder, "answer.md")])
      },
      says: /answer\.md is not an ordinary file/,
    },
  ]
  for (const { what, change, says, file, line } of cases)
    it(what, async () => {
      const read = await readSubmission(folderWith(change))
      expect(read).toMatchObject({
        ok: false,
        rejected: { stage: "submission", ...(file ? { file } : {}), ...(line ? { line } : {}) },
      })
      expect(!read.ok && read.rejected.message).toMatch(says)
    })

  it("no folder at all, or a file in its place", async () => {
    for (const path of ["/nowhere/at/all", join(STARTER, "answer.md")]) {
      const read = await readSubmission(path)
      expect(!read.ok && read.rejected.message).toMatch(/no folder|is not a folder/)
    }
  })
})
