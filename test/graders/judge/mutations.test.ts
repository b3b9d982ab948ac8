/** The guards are each held by a test of a name: with one of them taken out of a copy of the sources, that test fails. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources hold them
import { spawnSync } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { childEnvironment, settings } from "../../../server/settings.ts"

const ROOT = resolve(import.meta.dirname, "../../..")
const COPIED = [
  "graders",
  "prompts",
  "sandboxes",
  "server",
  "test",
  "package.json",
  "vitest.config.ts",
  "tsconfig.json",
]

interface Mutation {
  guard: string
  file: string
  from: string
  to: string
  /** Must fail without it. */
  test: string
  named: string
}

const FAULTS = "test/graders/judge/faults.test.ts"
const ATTACKS = "test/graders/judge/attacks/attacks.test.ts"
const DRIFT = "test/graders/judge/drift/drift.test.ts"

const MUTATIONS: Mutation[] = [
  {
    guard: "credit needs a quote",
    file: "graders/judge/verdicts.ts",
    from: "return needsQuote && quote === null ? null : verdict",
    to: "return verdict",
    test: FAULTS,
    named: "no statement is met without a quote that stands in the answer, and each has a verdict or a reason",
  },
  {
    guard: "a quote is located",
    file: "graders/judge/samples.ts",
    from: "locate(said.quoted, within)",
    to: "{ text: said.quoted, start: 0, end: said.quoted.length }",
    test: FAULTS,
    named: "in every call: a quote that is made up -> quote not found",
  },
  {
    guard: "a quote is long enough to be evidence",
    file: "graders/judge/quotes.ts",
    from: "const FEWEST_LETTERS = 8",
    to: "const FEWEST_LETTERS = 0",
    test: FAULTS,
    named: "in every call: a quote of an ellipsis alone -> quote not found",
  },
  {
    guard: "verdicts are of a closed set",
    file: "graders/judge/reply.ts",
    from: "verdict: VerdictSchema",
    to: "verdict: z.any()",
    test: FAULTS,
    named: "in every call: a verdict that is not offered -> not understood",
  },
  {
    guard: "one object, each key once",
    file: "graders/judge/reply.ts",
    from: "if (doubled !== null)",
    to: "if (false)",
    test: FAULTS,
    named: "in every call: duplicate keys that differ -> not understood",
  },
  {
    guard: "the marks' token is new in every call",
    file: "graders/judge/ask-about.ts",
    from: '.digest("hex")\n      .slice(0, 16)',
    to: '.digest("hex")\n      .replace(/.*/, "0123456789abcdef")',
    test: ATTACKS,
    named: "stays between its marks: around it the prompt says what it says around any answer",
  },
  {
    guard: "no mark can stand in an answer",
    file: "prompts/judge/render.ts",
    from: "${plain(answer)}",
    to: "${answer}",
    test: ATTACKS,
    named: "stays between its marks: around it the prompt says what it says around any answer",
  },
  {
    guard: "the answer stands between marks at all",
    file: "prompts/judge/render.ts",
    from: "⟦answer ${token}⟧\\n",
    to: "",
    test: ATTACKS,
    named: "stays between its marks: around it the prompt says what it says around any answer",
  },
  {
    guard: "nothing but what is unseen is taken out",
    file: "prompts/judge/plain.ts",
    from: 'answer.replace(UNSEEN, "")',
    to: 'answer.replace(UNSEEN, "").replace(/ignore/gi, "")',
    test: DRIFT,
    named: "arrives as it was written, but for the code points that are listed",
  },
  {
    guard: "what is lost on the way is asked for under its own key",
    file: "graders/judge/make-call.ts",
    from: 'if (!("garbled" in outcome)) answers++',
    to: "answers++",
    test: "test/graders/judge/charged-once.test.ts",
    named: "a body that is cut in the middle",
  },
]

/** Minutes of runs, which show nothing new while neither guards nor tests change. */
describe.runIf(settings().full)("without a guard, the test that is named for it fails:", () => {
  const copy = mkdtempSync(join(tmpdir(), "without-a-guard-"))

  beforeAll(() => {
    for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true })
    symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"))
  })
  afterAll(() => rmSync(copy, { recursive: true }))

  const runs = ({ test, named }: Mutation) => {
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs")
    const escaped = named.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")
    const env = childEnvironment({ PROOFRUN_FULL: "0", NO_COLOR: "1" })
    return spawnSync(process.execPath, [vitest, "run", test, "-t", escaped], { cwd: copy, env, encoding: "utf8" })
  }

  it.each(MUTATIONS)("$guard", (mutation) => {
    const file = join(copy, mutation.file)
    const whole = readFileSync(file, "utf8")
    expect(whole).toContain(mutation.from)
    writeFileSync(
      file,
      whole.replace(mutation.from, () => mutation.to),
    )
    const without = runs(mutation)
    writeFileSync(file, whole)
    expect(without.status, without.stdout).toBe(1)
    expect(without.stdout + without.stderr).toMatch(/Tests\s+[1-9]\d* failed|Failed Suites/)
  })

  it("and with all of them it passes", () => {
    for (const mutation of new Map(MUTATIONS.map((one) => [`${one.test}: ${one.named}`, one])).values()) {
      const all = runs(mutation)
      expect(all.status, all.stdout + all.stderr).toBe(0)
      expect(all.stdout).toMatch(/Tests\s+[1-9]\d* passed/)
    }
  })
})
