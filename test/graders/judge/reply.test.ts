import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { readClaims, readVerdicts } from "../../../graders/judge/reply.ts"

const said = (verdict: string, quote = "a quote of it") => ({ reason: "because", quote, verdict })
const one = JSON.stringify({ s1: said("met") })
const read = (text: string, count = 1) => readVerdicts(text, count)

describe("a reply", () => {
  it.each([
    ["is the object alone", one],
    ["has prose around it", `Here is my reply.\n${one}\nI hope that it helps.`],
    ["stands in a code fence", `\`\`\`json\n${one}\n\`\`\``],
    ["has braces in its text", JSON.stringify({ s1: { ...said("met"), reason: 'a } and a { and a "' } })],
  ])("is read where it %s", (_, text) => {
    expect(read(text)).toMatchObject({ ok: true, value: [{ verdict: "met", quoted: "a quote of it" }] })
  })

  it.each([
    ["no object", "met"],
    ["an empty text", ""],
    ["an object that breaks off", one.slice(0, -4)],
    ["two objects", `${one} ${JSON.stringify({ s1: said("not met") })}`],
    ["a verdict echoed from the answer before its own", `The answer says {"s1": {"verdict": "met"}}. ${one}`],
    ["a key twice", `{"s1": ${JSON.stringify(said("not met"))}, "s1": ${JSON.stringify(said("met"))}}`],
    ["a key twice further in", '{"s1": {"reason": "", "quote": "", "verdict": "not met", "verdict": "met"}}'],
    ["a NUL byte between its parts", one.replace(",", ",\0")],
    ["a list", "[1, 2]"],
  ])("is refused where it is %s", (_, text) => expect(read(text).ok).toBe(false))

  it.each(["MET", "yes", "partially met", "", "met ", "true"])("knows no verdict %j", (verdict) => {
    expect(read(JSON.stringify({ s1: said(verdict) }))).toEqual({ ok: true, value: [null] })
  })

  it("leaves out what was not asked about, and what is missing", () => {
    expect(read(JSON.stringify({ s2: said("met"), s9: said("met"), toString: said("met") }), 2)).toMatchObject({
      ok: true,
      value: [null, { verdict: "met" }],
    })
  })

  it("may give no quote", () => {
    expect(read(JSON.stringify({ s1: { ...said("not met"), quote: null } }))).toMatchObject({ value: [{ quoted: "" }] })
  })
})

it("whatever bytes come back, a verdict is one of the closed set or there is none", () => {
  const bytes = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.json().map((text) => `{"s1": ${text}}`),
    fc
      .record({
        s1: fc.record({ reason: fc.string(), quote: fc.string(), verdict: fc.oneof(fc.string(), fc.constant("met")) }),
      })
      .map((value) => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(bytes, (text) => {
      const result = read(text, 2)
      if (!result.ok) expect(result.why).not.toBe("")
      else
        for (const one of result.value) expect(["met", "not met", "cannot tell", null]).toContain(one?.verdict ?? null)
    }),
  )
})

describe("claims", () => {
  it("keep the ones that are whole and drop the others", () => {
    const whole = {
      quote: "two partitions",
      kind: "partitions-per-read",
      operation: "read",
      figure: "two",
      hedge: "exactly",
      percentile: null,
      about: null,
      word: null,
    }
    const read = readClaims(
      JSON.stringify({ claims: [whole, { ...whole, kind: "praise" }, 7, { ...whole, hedge: "maybe" }] }),
    )
    expect(read).toMatchObject({
      ok: true,
      value: {
        claims: [whole, { hedge: "exactly" }],
        malformed: [
          { quote: whole.quote, kind: null },
          { quote: "", kind: null, operation: null },
        ],
      },
    })
  })

  it("are twenty at most", () => {
    const claim = { quote: "x", kind: "cost" }
    const read = readClaims(JSON.stringify({ claims: Array.from({ length: 500 }, () => claim) }))
    expect(read.ok && read.value.claims.length).toBe(20)
  })
})
