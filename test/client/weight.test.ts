/** What a first visit loads, compressed as it is sent: what is needed to read is little, and the editor comes only to whoever writes. */
import { readFileSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { builtPages } from "../../server/web/build-pages.ts"

const MOST_KB = 250
let folder: string
let manifest: Record<string, { file: string; css?: string[]; imports?: string[]; src?: string; isEntry?: boolean }>

beforeAll(async () => {
  folder = await builtPages(join(tmpdir(), `proofrun-pages-${process.getuid?.() ?? 0}`))
  manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8"))
})

/** kB of these modules with all that they import, each file once. */
function weightOf(...sources: string[]): number {
  const files = new Set<string>()
  const seen = new Set<string>()
  const add = (key: string): void => {
    if (seen.has(key)) return
    seen.add(key)
    const { file, css = [], imports = [] } = found(key)
    for (const one of [file, ...css]) files.add(one)
    for (const one of imports) add(one)
  }
  for (const source of sources) add(source)
  return [...files].reduce((sum, file) => sum + statSync(join(folder, `${file}.br`)).size, 0) / 1000
}

/** A page may have been put into a part that others share: then it goes by its name. */
function found(key: string) {
  const name = key
    .split("/")
    .at(-1)!
    .replace(/\.tsx$/, "")
  const entry = manifest[key] ?? Object.values(manifest).find(({ file }) => file.startsWith(`assets/${name}-`))
  if (!entry) throw new Error(`The manifest knows no ${key}.`)
  return entry
}

describe("the weight of the pages", () => {
  it.each([
    ["the catalogue", ["index.html"]],
    ["a question", ["index.html", "question/question.tsx"]],
    ["a report's words", ["index.html", "submission/submission.tsx", "report/report.tsx"]],
  ])(`of %s is at most ${MOST_KB} kB`, (what, sources) => {
    const kilobytes = weightOf(...sources)
    console.info(`${what}: ${kilobytes.toFixed(0)} kB`)
    expect(kilobytes).toBeLessThanOrEqual(MOST_KB)
  })
})
