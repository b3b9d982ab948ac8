import ts from "typescript6"
import { expect, it } from "vitest"
import { lintsOf } from "../../client/workbench/lints.ts"

const PATH = "/access.ts"
/** As much of a library as the compiler cannot do without, and something to call. */
const LIBRARY = `
  interface Array<T> { length: number; [index: number]: T; push(item: T): void }
  interface Promise<T> { then(then: (value: T) => void): void; catch(then: (error: unknown) => void): void }
  interface Boolean {} interface Function {} interface IArguments {} interface Number {} interface Object {}
  interface RegExp {} interface String {} interface CallableFunction {} interface NewableFunction {}
  declare function save(post: { id: string; text: string; at: number }): Promise<number>`

function lints(text: string) {
  const texts: Record<string, string> = { [PATH]: text, "/lib.d.ts": LIBRARY }
  const service = ts.createLanguageService({
    getCompilationSettings: () => ({ strict: true, noLib: false, target: ts.ScriptTarget.ES2024 }),
    getScriptFileNames: () => [PATH],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => (name in texts ? ts.ScriptSnapshot.fromString(texts[name]!) : undefined),
    getCurrentDirectory: () => "/",
    getDefaultLibFileName: () => "/lib.d.ts",
    fileExists: (name) => name in texts,
    readFile: (name) => texts[name],
  })
  return lintsOf(ts, service, PATH).map(({ from, to, ...rest }) => ({ at: text.slice(from, to), ...rest }))
}

it("a call whose promise nobody takes is marked, and one that is taken is not", () => {
  const found = lints(`
    async function run(post: { id: string; text: string; at: number }) {
      save(post)
      await save(post)
      void save(post)
      const later = save(post)
      return later
    }`)
  expect(found).toEqual([
    { at: "save(post)", severity: "warning", message: expect.stringContaining("Nobody waits for this") },
  ])
})

it("what the compiler says is shown to its end: which field is missing, and that a promise is not its value", () => {
  const [missing, early] = lints(`
    const post = { id: "a", at: 1 }
    export async function run() { await save(post) }
    export async function sum(): Promise<number> { const n: number = save({ id: "a", text: "b", at: 1 }); return n }`)
  expect(missing).toMatchObject({
    at: "post",
    severity: "error",
    message: expect.stringContaining("Property 'text' is missing"),
  })
  expect(early!.message).toContain("is an `await` missing before it?")
})

it("plain JavaScript is right as it is: what has no type is not marked, and a list may be filled later", () => {
  const found = lints(`
    const rows = []
    export function keep(row) { rows.push(row); let last = null; last = row; return [rows, last] }`)
  expect(found).toEqual([])
})

it("of two promises of different things it is not an await that is missing", () => {
  const [wrong] = lints(`export const sum = (): Promise<string> => save({ id: "a", text: "b", at: 1 })`)
  expect(wrong!.message).toContain("Promise<number>")
  expect(wrong!.message).not.toContain("await")
})
