import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { locate, searchable } from "../../../graders/judge/quotes.ts"
import { readGoldAnswers } from "../../../prompts/gold.ts"
import { listQuestions, readQuestion } from "../../../prompts/load-question.ts"

const ANSWER =
  "The partition key is (user_id, day): a “window” of 24 hours – nearly always – touches two days.\n\nRows **expire** after 31 days…\tNo tombstones pile up, since files of a day fall whole. The ﬁnal word: a café."

const CODE = "Here the key is `user_id`, then `day`; it _really_ never grows--not once in ⟦0, 24) hours."

const at = (quoted: string, answer = ANSWER) => locate(quoted, searchable(answer))?.text ?? null

describe("a quote is found", () => {
  it("word for word, with its place in the answer as it was handed in", () => {
    const quote = locate("touches two days", searchable(ANSWER))!
    expect(ANSWER.slice(quote.start, quote.end)).toBe("touches two days")
    expect(quote.text).toBe("touches two days")
  })

  it.each([
    ["straight quotation marks", 'a "window" of 24 hours', "a “window” of 24 hours"],
    ["other dashes", "24 hours - nearly always - touches", "24 hours – nearly always – touches"],
    ["other white space", "two days. Rows expire after", "two days.\n\nRows **expire** after"],
    ["emphasis left out", "Rows expire after 31 days", "Rows **expire** after 31 days"],
    ["a ligature taken apart", "The final word", "The ﬁnal word"],
    ["an accent of its own", "word: a cafe\u0301", "word: a café"],
    ["another case", "the PARTITION key is", "The partition key is"],
    ["quotation marks around it", "“touches two days.”", "touches two days."],
    ["dots where it goes on", "...touches two days...", "touches two days"],
    ["code marks left out", "the key is user_id, then", "the key is `user_id`, then", CODE],
    ["quotation marks for code marks", 'the key is "user_id", then', "the key is `user_id`, then", CODE],
    ["underlines left out", "it really never grows", "it _really_ never grows", CODE],
    ["one long dash for two short ones", "grows—not once", "grows--not once", CODE],
    ["brackets that were plain when they were sent", "once in [0, 24) hours", "once in ⟦0, 24) hours", CODE],
    ["an invisible character", "touches\u200b two days", "touches two days"],
  ])("in spite of %s", (_, quoted, found, answer = ANSWER) => expect(at(quoted, answer)).toBe(found))

  it("across an ellipsis, as the whole stretch that it bridges", () => {
    expect(at("Rows expire ... files of a day fall whole")).toBe(
      "Rows **expire** after 31 days…\tNo tombstones pile up, since files of a day fall whole",
    )
    expect(at("Rows expire […] fall whole")).toMatch(/^Rows .* fall whole$/s)
  })
})

describe("a quote is not found", () => {
  it.each([
    ["where a word of it differs", "touches three days"],
    ["where it is too short to be evidence", "a"],
    ["where it is only signs", ":"],
    ["where it would cut a word in two", "artition key is (user"],
    ["where the parts around an ellipsis stand the other way round", "fall whole ... Rows expire"],
    ["where a part beside an ellipsis says nothing", "a ... b ... files of a day"],
    ["where there is nothing", ""],
  ])("%s", (_, quoted) => expect(at(quoted)).toBeNull())

  it("where an ellipsis would bridge half the answer", () => {
    expect(at("begins like this ... ends like that", `begins like this ${"x ".repeat(400)} ends like that`)).toBeNull()
  })
})

it("whatever is located is a stretch of the answer", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.nat(), fc.nat(), (answer, a, b) => {
      const [from, to] = [a % (answer.length + 1), b % (answer.length + 1)].sort((x, y) => x - y)
      const quote = locate(answer.slice(from, to), searchable(answer))
      if (quote) expect(answer.slice(quote.start, quote.end)).toBe(quote.text)
    }),
  )
})

it("a quote that is not in the answer is never found", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (answer) => {
      expect(locate("zebra crossing quagga", searchable(answer))).toBeNull()
    }),
  )
})

it("every quote of the gold files is found where it stands", async () => {
  for (const id of await listQuestions())
    for (const { name, answer, gold } of await readGoldAnswers(await readQuestion(id))) {
      const within = searchable(answer)
      for (const { quote } of [
        ...Object.values(gold.written).flatMap((one) => (one.verdict === "met" ? [one] : [])),
        ...gold.claims,
      ])
        expect(locate(quote, within), `${id}/${name}: ${quote}`).not.toBeNull()
    }
})

it("an answer of the largest size is searched to its end", () => {
  const answer = "ab ".repeat(87_000)
  const within = searchable(answer)
  expect(locate(`${"ab ".repeat(300)}c`, within)).toBeNull()
  expect(locate("a".repeat(1_999), searchable("a".repeat(256 * 1024)))).toBeNull()
  expect(locate(`${"ab ".repeat(300)} ... ${"ab ".repeat(300)}c`, within)).toBeNull()
  expect(within.starts.length).toBe(within.text.length)
})
