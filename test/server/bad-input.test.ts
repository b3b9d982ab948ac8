import { afterAll, describe, expect, it } from "vitest"
import type { Submission } from "../../sandboxes/submission.ts"
import { gradeQuick, leftovers, strongAccess, strongWith, workshop } from "../support/grading.ts"

const IMPORTS = `import type { Access, Engines } from "proofrun/clickstream"\n`

/** What has nothing to do with the engine is tried on Redis, where a run takes half of the time. */
const onRedis = (parts: Parameters<typeof strongWith>[0]) => strongWith(parts, "redis")

/** A module whose two operations are given as function texts. */
function access({
  record = "async () => {}",
  lastDay = "async () => []",
  before = "",
}: {
  record?: string
  lastDay?: string
  before?: string
}): string {
  return `${IMPORTS}${before}
export default async function connect(_: Engines): Promise<Access> {
  return { record: ${record}, lastDay: ${lastDay} } as unknown as Access
}
`
}

/** The strong reference's module with code put before it, and its operations wrapped. */
async function strongBehind(before: string, wrap?: string, engine = "redis"): Promise<Submission> {
  const files: Record<string, string> = { "strong.ts": await strongAccess(engine) }
  files["access.ts"] = wrap
    ? `${before}\nimport connectStrong from "./strong.ts"\nexport default async function connect(engines: never) {\n  const strong = await connectStrong(engines)\n  ${wrap}\n}\n`
    : `${before}\nimport connectStrong from "./strong.ts"\nexport default connectStrong\n`
  return strongWith({ files }, engine)
}

describe("a submission that cannot be run is rejected with its stage and a sentence", () => {
  const cases: {
    what: string
    submission: () => Promise<Submission>
    stage: string
    says: RegExp
    line?: number
    file?: string
  }[] = [
    {
      what: "a CQL syntax error",
      submission: () =>
        strongWith({ schema: "CREATE TABLE a (b text PRIMARY KEY);\n\nCREATE TABEL c (d text PRIMARY KEY);\n" }),
      stage: "schema",
      says: /no viable alternative|TABEL/,
      line: 3,
    },
    {
      what: "a DROP of another keyspace",
      submission: () => strongWith({ schema: "DROP KEYSPACE system_auth;" }),
      stage: "schema",
      says: /keyspace/i,
      line: 1,
    },
    {
      what: "a module without default export",
      submission: () => onRedis({ access: "export const connect = 1\n" }),
      stage: "compile",
      says: /no default export/,
    },
    {
      what: "an operation that is missing",
      submission: () => onRedis({ access: `${IMPORTS}export default async () => ({ record: async () => {} })\n` }),
      stage: "connect",
      says: /lastDay/,
    },
    {
      what: "a forbidden import",
      submission: () => onRedis({ access: `import fs from "node:fs"\n${access({ record: "async () => void fs" })}` }),
      stage: "compile",
      says: /node:fs/,
      line: 1,
      file: "access.ts",
    },
    {
      what: "an operation that throws on every call",
      submission: () => onRedis({ access: access({ record: `async () => { throw new Error("no such luck") }` }) }),
      stage: "run",
      says: /record.*no such luck/s,
      file: "access.ts",
    },
    {
      what: "an operation that returns the wrong shape",
      submission: () => onRedis({ access: access({ lastDay: "async () => ({ rows: 3 })" }) }),
      stage: "run",
      says: /lastDay/,
    },
    {
      what: "an operation that never returns",
      submission: () => onRedis({ access: access({ lastDay: "() => new Promise(() => {})" }) }),
      stage: "run",
      says: /lastDay.*(did not answer|limit)/s,
    },
    {
      what: "an operation that returns 100 MB",
      submission: () => onRedis({ access: access({ lastDay: `async () => ["x".repeat(100_000_000)]` }) }),
      stage: "run",
      says: /lastDay.*(too large|larger|heap)/s,
    },
    {
      what: "an infinite loop",
      submission: () => onRedis({ access: access({ record: "async () => { for (;;); }" }) }),
      stage: "run",
      says: /record.*(did not answer|limit)/s,
    },
    {
      what: "an infinite loop while it is imported",
      submission: () => onRedis({ access: access({ before: "for (;;);" }) }),
      stage: "connect",
      says: /never returned.*given up/s,
    },
    {
      what: "process.exit",
      submission: () => onRedis({ access: access({ record: "async () => process.exit(0)" }) }),
      stage: "run",
      says: /record.*(ended|exit)/s,
    },
    {
      what: "a fork bomb",
      submission: () =>
        onRedis({
          access: access({
            before: `const child = (process as any).getBuiltinModule("child_process"); const bomb = () => { for (;;) try { child.spawn(process.execPath, ["-e", "for(;;)try{process.getBuiltinModule('child_process').spawn(process.execPath,process.argv.slice(1))}catch{}"], { detached: true, stdio: "ignore" }).on("error", () => {}) } catch {} };`,
            record: "async () => bomb()",
          }),
        }),
      stage: "run",
      says: /record/,
    },
    {
      what: "a memory bomb",
      submission: () =>
        onRedis({
          access: access({
            before: "const hoard: Buffer[] = [];",
            record: "async () => { for (;;) hoard.push(Buffer.alloc(16e6, 1)) }",
          }),
        }),
      stage: "run",
      says: /record.*(ended|memory|killed)/s,
    },
  ]
  for (const { what, submission, stage, says, line, file } of cases)
    it(what, async () => {
      const report = await gradeQuick(await submission())
      expect(report.rejected).toMatchObject({ stage, ...(line ? { line } : {}), ...(file ? { file } : {}) })
      expect(report.rejected?.message).toMatch(says)
      expect(report.rejected?.message).not.toMatch(/\n\s+at /)
      expect(report.measured.points).toBeNull()
      expect(report.submission.answer).not.toBe("")
    })
})

describe("hostile code that runs gains nothing", () => {
  it("patching Date, hrtime, JSON and Array.prototype changes no figure", async () => {
    const honest = await gradeQuick(await onRedis({}))
    const patched = await gradeQuick(
      await strongBehind(`
const broken = () => { throw new Error("patched") }
Date.now = () => 0
performance.now = () => 0
process.hrtime.bigint = () => 0n
JSON.stringify = ((value: unknown) => String(value)) as typeof JSON.stringify
Array.prototype.at = broken
Array.prototype.includes = () => true
Promise.prototype.finally = broken
`),
    )
    expect(patched.rejected).toBeNull()
    const counts = (report: typeof honest) =>
      report.evidence?.stages.map(({ work }) => work.map(({ operation, counts }) => ({ operation, counts })))
    expect(counts(patched)).toEqual(counts(honest))
    expect(patched.evidence?.invariants.filter(({ broken }) => broken > 0)).toEqual([])
  })

  it("reaching for built-in modules, fetch, sockets and files finds nothing", async () => {
    const report = await gradeQuick(
      await strongBehind(
        `
const builtin = (name: string) => (process as any).getBuiltinModule(name)
async function probe(): Promise<string[]> {
  const found: string[] = []
  const attempt = async (what: string, act: () => unknown) => { try { await act(); found.push(what) } catch {} }
  await attempt("fetch", () => fetch("http://127.0.0.1:9043/", { signal: AbortSignal.timeout(500) }))
  await attempt("internet", () => fetch("http://192.0.2.1/", { signal: AbortSignal.timeout(500) }))
  await attempt("admin port", () => new Promise((resolve, reject) => builtin("net").connect(9043, "127.0.0.1").on("connect", resolve).on("error", reject)))
  await attempt("storage port", () => new Promise((resolve, reject) => builtin("net").connect(7000, "127.0.0.1").on("connect", resolve).on("error", reject)))
  await attempt("write to the root", () => builtin("fs").writeFileSync("/opt/proofrun/x", "x"))
  await attempt("write beside the sockets", () => builtin("fs").writeFileSync("/run/proofrun/x", "x"))
  await attempt("password file of the machine", () => builtin("fs").readFileSync("/etc/shadow"))
  await attempt("memory of PID 1", () => builtin("fs").readFileSync("/proc/1/environ"))
  await attempt("shell", () => builtin("child_process").execFileSync("/bin/sh", ["-c", "true"]))
  await attempt("Docker", () => new Promise((resolve, reject) => builtin("net").connect("/var/run/docker.sock").on("connect", resolve).on("error", reject)))
  return found
}
`,
        `const found = await probe()
  if (found.length > 0) throw new Error("FOUND " + found.join(", "))
  return strong`,
        "cassandra",
      ),
    )
    expect(report.rejected).toBeNull()
    expect(report.evidence?.invariants.filter(({ broken }) => broken > 0)).toEqual([])
  })

  it("writes that are acknowledged and dropped are caught as lost", async () => {
    const report = await gradeQuick(
      await strongBehind(
        "let n = 0",
        "return { ...strong, record: async (event: never) => { if (++n % 5 !== 0) await strong.record(event) } }",
      ),
    )
    const lost = report.evidence?.invariants.filter(({ broken }) => broken > 0) ?? []
    expect(lost.length).toBeGreaterThan(0)
    expect(lost.flatMap(({ examples }) => examples).length).toBeGreaterThan(0)
  })
})

describe("what the code prints", () => {
  it("is shown with its pass and process, the end of it, and no character of it does harm", async () => {
    const report = await gradeQuick(
      await strongBehind(
        `console.log("connected")`,
        `return { ...strong, lastDay: async (user: never, now: never) => {
    console.log("\\u0000 read " + user + " " + "x".repeat(100) + "\\ud800")
    return strong.lastDay(user, now)
  } }`,
      ),
    )
    expect(report.rejected).toBeNull()
    expect(report.printed.filter(({ pass }) => pass === "connect").map(({ text }) => text)).toEqual([
      "connected\n",
      "connected\n",
    ])
    // Nothing of one pass stands under another: reads are no part of a load.
    expect(report.printed.filter(({ pass, text }) => pass === "load" && text.includes(" read "))).toEqual([])
    expect(new Set(report.printed.filter(({ pass }) => pass === "work").map(({ stage }) => stage)).size).toBe(2)
    const checked = report.printed.filter(({ pass }) => pass === "correctness")
    expect(new Set(checked.map(({ host }) => host))).toEqual(new Set([0, 1]))
    for (const { text } of checked) {
      expect(text).toContain(" read ")
      expect(text.length).toBeLessThanOrEqual(2048)
      expect(text.isWellFormed()).toBe(true)
    }
  })

  it("before it failed to connect is shown as well", async () => {
    const report = await gradeQuick(
      await onRedis({ access: `export default () => { console.log("so far"); throw new Error("no further") }` }),
    )
    expect(report.rejected).toMatchObject({ stage: "connect" })
    expect(report.printed).toContainEqual({ stage: "", pass: "connect", host: 0, text: "so far\n" })
  })
})

describe("afterwards", () => {
  it("nothing is left behind", async () => expect(await leftovers()).toEqual([]))

  it("the next grading is unharmed", async () => {
    const report = await gradeQuick(await strongWith({}))
    expect(report.rejected).toBeNull()
    expect(report.evidence?.invariants.filter(({ broken }) => broken > 0)).toEqual([])
  })
})

afterAll(async () => {
  await (await workshop()).pool.dropAll()
})
