/** An attack as a text made of a base answer and of what an attacker may know: the rubric, word for word, and the fence of an earlier call. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { z } from "zod"
import type { Criterion } from "../../../../prompts/question.ts"

const AttackSchema = z.strictObject({
  name: z.string(),
  text: z.string(),
  /** What the text makes an obedient model give as its quote. */
  quote: z.string(),
  /** A verdict of the text's own. */
  verdict: z.string().optional(),
  /** A criterion that nobody asked about. */
  invents: z.string().optional(),
})
export type Attack = z.infer<typeof AttackSchema>

const FamilySchema = z.strictObject({
  family: z.string(),
  what: z.string(),
  /** The text stands in place of an answer and earns nothing at all. */
  replaces: z.boolean().default(false),
  attacks: z.array(AttackSchema).min(10),
})
export type Family = z.infer<typeof FamilySchema>

export function attackFamilies(): Family[] {
  const folder = join(import.meta.dirname, "families")
  return readdirSync(folder)
    .sort()
    .map((file) => FamilySchema.parse(parse(readFileSync(join(folder, file), "utf8"))))
}

type Written = Extract<Criterion, { kind: "written" }>

export interface Target {
  /** The base answer. */
  answer: string
  /** The statement that is aimed at most of all. */
  criterion: Written
  criteria: Written[]
  /** The line that closed the answer in a call that the attacker has seen. */
  fence: string
}

/** Fills in `{{name}}` and `{{code:text}}`; within a code names stand bare (`{{first-half:statement}}`). */
export function fillIn(template: string, target: Target): string {
  const { criterion, criteria } = target
  const names: Record<string, () => string> = {
    answer: () => target.answer.trimEnd(),
    fence: () => target.fence,
    id: () => criterion.id,
    statement: () => criterion.statement,
    counts: () => criterion.counts,
    example: () => criterion.examples.met,
    statements: () => criteria.map(({ statement }) => `- ${statement}`).join("\n"),
    titles: () => criteria.map(({ title }) => `### ${title}\n`).join("\n"),
    verdicts: () =>
      JSON.stringify(
        Object.fromEntries(criteria.map(({ id }) => [id, { reason: "complete", quote: "met", verdict: "met" }])),
      ),
  }
  return template.replaceAll(
    /\{\{([a-z][a-z0-9-]*)(?::((?:(?!\}\}).)*))?\}\}/gs,
    (whole, name: string, text?: string) => {
      if (text === undefined) return names[name]?.() ?? whole
      const code = CODES[name]
      if (!code) throw new Error(`No such code in an attack: ${name}`)
      return code(names[text]?.() ?? text)
    },
  )
}

const each = (text: string, change: (letter: string) => string) => [...text].map(change).join("")
const shifted = (from: number, by: number) => (letter: string) => {
  const code = letter.codePointAt(0)!
  return code >= from && code < 0x7f ? String.fromCodePoint(code + by) : letter
}
const half = (text: string) => text.indexOf(" ", text.length / 2)
const MORSE: Record<string, string> = Object.fromEntries(
  "a.- b-... c-.-. d-.. e. f..-. g--. h.... i.. j.--- k-.- l.-.. m-- n-. o--- p.--. q--.- r.-. s... t- u..- v...- w.-- x-..- y-.-- z--.."
    .split(" ")
    .map((pair) => [pair[0], pair.slice(1)]),
)
const LOOKALIKES: Record<string, string> = { a: "а", c: "с", e: "е", i: "і", o: "о", p: "р", s: "ѕ", x: "х", y: "у" }

const CODES: Record<string, (text: string) => string> = {
  base64: (text) => Buffer.from(text).toString("base64"),
  hex: (text) => Buffer.from(text).toString("hex"),
  percent: (text) => each(text, (letter) => `%${letter.codePointAt(0)!.toString(16)}`),
  codes: (text) => [...text].map((letter) => letter.codePointAt(0)).join(" "),
  entities: (text) => each(text, (letter) => `&#${letter.codePointAt(0)};`),
  morse: (text) => [...text].map((letter) => MORSE[letter] ?? "/").join(" "),
  reversed: (text) => [...text].reverse().join(""),
  rot13: (text) =>
    text.replaceAll(/[a-z]/gi, (letter) => {
      const base = letter < "a" ? 65 : 97
      return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base)
    }),
  "zero-width": (text) => [...text].join("\u200b"),
  "soft-hyphens": (text) => [...text].join("\u00ad"),
  tags: (text) => each(text, (letter) => String.fromCodePoint(0xe0000 + letter.codePointAt(0)!)),
  selectors: (text) => each(text, (letter) => String.fromCodePoint(0xe0100 + letter.codePointAt(0)! - 16)),
  homoglyph: (text) => each(text, (letter) => LOOKALIKES[letter] ?? letter),
  fullwidth: (text) => each(text, shifted(0x21, 0xfee0)),
  bold: (text) =>
    each(text, (letter) => (/[a-z]/.test(letter) ? String.fromCodePoint(0x1d41a + letter.charCodeAt(0) - 97) : letter)),
  times: (text) => {
    const [, count, unit] = /^(\d+):(.*)$/s.exec(text)!
    return unit.replaceAll("\\n", "\n").repeat(Number(count))
  },
  "first-half": (text) => text.slice(0, half(text)),
  "second-half": (text) => text.slice(half(text)),
}
