/** The editor marks what the sandbox would warn of, and nothing else: both check with the same options, each written down in its own words. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript6"
import { expect, it } from "vitest"
import { ROOT } from "../support/grading.ts"

/** The object that is called OPTIONS in a file, as its code makes it. */
function optionsIn(file: string): unknown {
  const [, text] = /^const OPTIONS[^=]*= (\{\n.*?\n\})$/ms.exec(readFileSync(join(ROOT, file), "utf8"))!
  return Function("ts", `return ${text}`)(ts)
}

it("the editor's options are the sandbox's", () => {
  const sandbox = optionsIn("sandboxes/host/process/check-types.mjs")
  const { options, errors } = ts.convertCompilerOptionsFromJson(sandbox, "/")
  expect(errors).toEqual([])
  expect(optionsIn("client/workbench/type-check.worker.ts")).toEqual(options)
})

it("the editor leaves out what the sandbox leaves out", () => {
  const [editor, sandbox] = ["client/workbench/lints.ts", "sandboxes/host/process/check-types.mjs"].map(
    (file) => /^const WITHOUT_TYPES = (\[[^\]]*\])$/m.exec(readFileSync(join(ROOT, file), "utf8"))?.[1],
  )
  expect(editor).toMatch(/\d{4}/)
  expect(editor).toBe(sandbox)
})
