/** The compiler in a real host: what it accepts, what it refuses and in which words. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type SealedHost, sealedHost } from "./sealed-host.ts"

let sealed: SealedHost
beforeAll(async () => {
  sealed = await sealedHost(3)
})
afterAll(() => sealed?.close())

const TYPES = {
  "proofrun/numbers": `import type { Client } from "cassandra-driver"
    export interface Engines { cassandra: Client }
    export interface Access { read(n: number): Promise<number> }`,
}

async function compile(files: Record<string, string>) {
  await sealed.host.start("compile", 30_000)
  return sealed.host.compile({ files, types: TYPES, imports: ["cassandra-driver"], deadlineMs: 60_000 })
}
async function readOf(files: Record<string, string>) {
  const compiled = await compile(files)
  if (!compiled.ok) throw new Error(compiled.rejected.message)
  await sealed.run(compiled.bundle, ["read"])
  return sealed.host.call("read", [20], { limitMs: 20_000 })
}

describe("accepted", () => {
  test("TypeScript in several files with JSON, the engine's client, types of the question and pure built-ins", async () => {
    const files = {
      "access.ts": `import { createHash } from "node:crypto"
        import { EventEmitter } from "events"
        import { types } from "cassandra-driver"
        import type { Access, Engines } from "proofrun/numbers"
        import { plus } from "./lib/plus.js"
        import table from "./table.json"
        export default async function connect(_engines: Engines): Promise<Access> {
          new EventEmitter(); createHash("sha256")
          return { async read(n) { return plus(n, table.one) + types.Long.fromNumber(1).toNumber() } }
        }`,
      "lib/plus.ts": "export const plus = (a: number, b: number): number => a + b",
      "table.json": `{ "one": 1 }`,
    }
    expect(await compile(files)).toMatchObject({ ok: true, warnings: [] })
    expect(await readOf(files)).toMatchObject({ ok: true, value: 22 })
  })

  test.each([
    ["JavaScript", { "access.js": "export default () => ({ read: (n) => n })" }],
    ["JavaScript as .mjs", { "access.mjs": "export default () => ({ read: (n) => n })" }],
    [
      "CommonJS",
      {
        "access.js": `const { types } = require("cassandra-driver"); module.exports = () => ({ read: (n) => types.Long.fromNumber(n).toNumber() })`,
      },
    ],
    [
      "CommonJS compiled from a default export",
      { "access.js": "exports.__esModule = true; exports.default = () => ({ read: (n) => n })" },
    ],
  ])("%s", async (_, files) => {
    expect(await readOf(files)).toMatchObject({ ok: true, value: 20 })
  })

  test("type errors are warnings with file, line and the compiler's words", async () => {
    const compiled = await compile({
      "access.ts": `import { half } from "./half"
import type { Access } from "proofrun/numbers"
export default function connect(): Access {
  return { read: (n) => half(n) }
}`,
      "half.ts": `export const half = (n: number) => (n / 2).toFixed()\nexport const wrong: number = "text"`,
    })
    expect(compiled).toMatchObject({ ok: true })
    if (!compiled.ok) return
    expect(compiled.warnings.map(({ file, line }) => [file, line])).toEqual([
      ["access.ts", 4],
      ["half.ts", 2],
    ])
    expect(compiled.warnings[1]!.message).toContain("Type 'string' is not assignable to type 'number'. (TS2322)")
  })

  test("errors at run time name the candidate's own file and line", async () => {
    const reply = await readOf({
      "access.ts": `import { fail } from "./fail"\ninterface A { b: string }\nexport default () => ({ read: async () => fail() })`,
      "fail.ts": `interface Unused { a: number }\n\nexport function fail() {\n  throw new TypeError("on purpose")\n}`,
    })
    expect(reply).toMatchObject({ ok: false, message: "TypeError: on purpose", file: "fail.ts", line: 4 })
  })
})

describe("refused, by name and place", () => {
  const entry = "export default () => ({})"
  test.each([
    [
      "a package",
      { "access.ts": `\nimport _ from "lodash"\n${entry}; _()` },
      '"lodash" cannot be imported',
      "access.ts",
      2,
    ],
    [
      "a built-in that reaches out",
      { "access.ts": `import "node:fs"\n${entry}` },
      '"node:fs" cannot be imported',
      "access.ts",
      1,
    ],
    [
      "a dynamic import",
      { "access.ts": `${entry}\nimport("child_process")` },
      '"child_process" cannot',
      "access.ts",
      2,
    ],
    [
      "a require",
      { "access.js": `const fs = require("fs")\nmodule.exports = () => fs` },
      '"fs" cannot',
      "access.js",
      1,
    ],
    [
      "an inner file of a package",
      { "access.ts": `import "cassandra-driver/lib/utils"\n${entry}` },
      "cannot be imported",
      "access.ts",
      1,
    ],
    ["a file that is not there", { "access.ts": `import "./other"\n${entry}` }, "not among the files", "access.ts", 1],
    ["a file outside", { "access.ts": `import "../../etc/passwd"\n${entry}` }, "not among the files", "access.ts", 1],
    [
      "an import in another file",
      { "access.ts": `import "./a"\n${entry}`, "a.ts": `export {}\nimport "net"` },
      '"net" cannot',
      "a.ts",
      2,
    ],
    ["a syntax error", { "access.ts": `const a = 1\nexport default (\n` }, "Unexpected end of file", "access.ts", 3],
    ["no default export", { "access.ts": "export const connect = 1" }, "no default export", "access.ts", undefined],
    ["no entry", { "main.ts": entry }, "no entry file", undefined, undefined],
    ["a path that leaves the folder", { "access.ts": entry, "../x.ts": "" }, "must be relative", "../x.ts", undefined],
  ])("%s", async (_, files, words, file, line) => {
    const compiled = await compile(files as unknown as Record<string, string>)
    expect(compiled).toMatchObject({
      ok: false,
      rejected: { stage: "compile", message: expect.stringContaining(words) },
    })
    if (!compiled.ok) expect([compiled.rejected.file, compiled.rejected.line]).toEqual([file, line])
  })
})

test("a bomb for the type checker ends as a warning, and the code still runs", async () => {
  const files = {
    "access.ts": `type Long<N extends number, T extends 0[] = []> = T["length"] extends N ? T : Long<N, [...T, 0]>
      type Many<T> = T extends [0, ...infer R] ? Many<R> | [Many<R>, Many<R>] : 0
      type Cross = \`\${1|2|3|4|5|6|7|8|9}\${1|2|3|4|5|6|7|8|9}\${1|2|3|4|5|6|7|8|9}\${1|2|3|4|5|6|7|8|9}\${1|2|3|4|5|6|7|8|9}\`
      export const a: Many<Long<900>> = 0 as unknown as Cross
      export default () => ({ read: (n: number) => n })`,
  }
  const compiled = await compile(files)
  expect(compiled).toMatchObject({ ok: true })
  if (compiled.ok) expect(compiled.warnings.length).toBeGreaterThan(0)
})

test("a bomb for the bundler ends in a refusal", async () => {
  const deep = `export default ${"(".repeat(250_000)}1${")".repeat(250_000)}`
  expect(await compile({ "access.js": deep })).toMatchObject({ ok: false, rejected: { stage: "compile" } })
})
