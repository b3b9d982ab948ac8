import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { listQuestions, readQuestion } from "../../../prompts/load-question.ts"
import { referenceCounts } from "../../../server/grade-submission.ts"

const ROOT = resolve(import.meta.dirname, "../../..")

for (const id of await listQuestions())
  describe(`submissions of ours to ${id}`, async () => {
    const loaded = await readQuestion(id)
    const { folder, question, references, starters } = loaded
    const all = [
      ...Object.entries(references).flatMap(([engine, names]) =>
        names.map((name) => join(folder, "references", engine, name)),
      ),
      ...starters.map((engine) => join(folder, "starters", engine)),
    ]

    it("are of the types that candidates are given", () => {
      const scratch = mkdtempSync(join(tmpdir(), "proofrun-types-"))
      try {
        const project = join(scratch, "tsconfig.json")
        const options = {
          noEmit: true,
          strict: true,
          allowImportingTsExtensions: true,
          paths: { [`proofrun/${id}`]: [join(folder, "types.d.ts")] },
        }
        writeFileSync(
          project,
          JSON.stringify({
            extends: resolve(ROOT, "tsconfig.json"),
            compilerOptions: { ...options, types: ["node"], typeRoots: [resolve(ROOT, "node_modules/@types")] },
            include: all.map((path) => join(path, "*.ts")),
            exclude: [],
          }),
        )
        const tsc = resolve(ROOT, "node_modules/typescript/bin/tsc")
        expect(execFileSync(process.execPath, [tsc, "-p", project], { encoding: "utf8", stdio: "pipe" })).toBe("")
      } finally {
        rmSync(scratch, { recursive: true })
      }
    })

    it("have counts that were stored of the workload as it is now", async () => {
      for (const engine of question.engines) expect(await referenceCounts(loaded, engine), engine).not.toBeNull()
    })

    it("have written answers", () => {
      for (const path of all) expect(readFileSync(join(path, "answer.md"), "utf8").length).toBeGreaterThan(100)
    })

    it("import nothing but the question's types, so that they can be loaded by a client of ours", () => {
      for (const path of all) {
        const imports = readFileSync(join(path, "access.ts"), "utf8").match(/^import .*$/gm)
        expect(imports).toHaveLength(1)
        expect(imports?.[0]).toMatch(new RegExp(`^import type \\{ [A-Za-z, ]+ \\} from "proofrun/${id}"$`))
      }
    })
  })
