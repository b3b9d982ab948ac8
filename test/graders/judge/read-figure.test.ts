import { describe, expect, it } from "vitest"
import { readFigure } from "../../../graders/judge/read-figure.ts"
import { type GoldClaim, readGoldAnswers } from "../../../prompts/gold.ts"
import { listQuestions, readQuestion } from "../../../prompts/load-question.ts"

describe("a figure as people write it", () => {
  it.each([
    ["two", "partitions-per-read", 2, 2, "partitions"],
    ["1 to 3 partitions", "partitions-per-read", 1, 3, "partitions"],
    ["2–3", "round-trips", 2, 3, "round trips"],
    ["between 8 and 9 rows", "writes-per-call", 8, 9, "rows"],
    ["1.2 MB", "largest-partition", 1.2e6, 1.2e6, "bytes"],
    ["1,8 KB", "largest-partition", 1800, 1800, "bytes"],
    ["64 KiB", "largest-partition", 65536, 65536, "bytes"],
    ["12 x 200 bytes = 2.4 KB", "largest-partition", 2400, 2400, "bytes"],
    ["6,000 rows, about 0.9 MB", "largest-partition", 0.9e6, 0.9e6, "bytes"],
    ["1,000,000", "item-count", 1e6, 1e6, "items"],
    ["1.000.000", "item-count", 1e6, 1e6, "items"],
    ["10k", "throughput", 10_000, 10_000, "per second"],
    ["3 million rows", "rows-per-read", 3e6, 3e6, "rows"],
    ["20 to 30 ms", "latency", 20, 30, "ms"],
    ["1.5 s", "latency", 1500, 1500, "ms"],
    ["两个分区", "partitions-per-read", 2, 2, "partitions"],
    ["eine Zeile", "writes-per-call", 1, 1, "rows"],
    ["a range by score from two keys", "partitions-per-read", 2, 2, "partitions"],
    ["one partition, and two only at the turn of a month", "partitions-per-read", 1, 2, "partitions"],
    ["twenty-five", "partitions-per-read", 25, 25, "partitions"],
    ["two hundred and fifty rows", "rows-per-read", 250, 250, "rows"],
    ["one thousand two hundred", "rows-per-read", 1200, 1200, "rows"],
    ["two hundred thousand", "item-count", 200_000, 200_000, "items"],
    ["a hundred rows", "rows-per-read", 100, 100, "rows"],
    ["no more than fifty keys", "partitions-per-read", 50, 50, "partitions"],
    ["no more than 200", "rows-per-read", 200, 200, "rows"],
    ["five to ten", "rows-per-read", 5, 10, "rows"],
    ["100万行", "rows-per-read", 1e6, 1e6, "rows"],
    ["2万字节", "largest-partition", 20_000, 20_000, "bytes"],
    ["1.250 MB", "largest-partition", 1.25e6, 1.25e6, "bytes"],
    ["6.000 x 150 Bytes = 900.000 Bytes", "largest-partition", 900_000, 900_000, "bytes"],
    ["O(1)", "growth-class", 0, 0, "power"],
    ["O(n)", "complexity", 1, 1, "power"],
    ["n^0.9", "growth-class", 0.9, 0.9, "power"],
    ["n²", "complexity", 2, 2, "power"],
    ["with a power of 0.9", "growth-class", 0.9, 0.9, "power"],
    ["hoch 0,9", "growth-class", 0.9, 0.9, "power"],
  ] as const)("%s", (text, kind, low, high, unit) => {
    const read = readFigure(text, kind)!
    expect([read.low, read.high, read.unit]).toEqual([expect.closeTo(low, 6), expect.closeTo(high, 6), unit])
  })

  it("is none where none is written, or where several are and nothing says which", () => {
    expect(readFigure("a few partitions", "round-trips")).not.toMatchObject({ low: 2 })
    expect(readFigure("very little", "latency")).toBeNull()
    expect(readFigure("5 m", "item-count")).toMatchObject({ low: 5 })
    expect(readFigure("one key of 6,000 elements", "largest-partition")).toBeNull()
    expect(readFigure("3 rows, 7 partitions, 9 keys", "partitions-per-read")).toBeNull()
    expect(readFigure("1.200 Zeilen", "rows-per-read")).toBeNull()
    expect(readFigure("1.300 KB", "largest-partition")).toBeNull()
    expect(readFigure("one partition", "growth-class")).toBeNull()
    expect(readFigure("200 posts", "complexity")).toBeNull()
    expect(readFigure("O(log n)", "complexity")).toBeNull()
    expect(readFigure("one day of one user's events", "largest-partition")).toBeNull()
    expect(readFigure("a month", "largest-partition")).toBeNull()
  })
})

describe("figures of the gold claims", async () => {
  const claims = (
    await Promise.all(
      (
        await listQuestions()
      ).map(async (id) =>
        (
          await readGoldAnswers(await readQuestion(id))
        ).flatMap(({ name, gold }) =>
          gold.claims.filter(({ low }) => low !== null).map((claim) => ({ name: `${id}/${name}`, claim })),
        ),
      ),
    )
  ).flat()

  it("can be read from some stretch of their quotes, both ends of a range if not at once then each by itself", () => {
    const unread = claims.filter(
      ({ claim }) =>
        !stretches(claim).some((text) => fits(text, claim)) &&
        ![claim.low, claim.high].every((end) =>
          stretches(claim).some((text) => fits(text, { ...claim, low: end, high: end })),
        ),
    )
    expect(
      unread.map(({ name, claim }) => `${name}: ${claim.quote} -> ${claim.low} to ${claim.high} ${claim.unit}`),
    ).toEqual([])
  })
})

/** Every run of words of a quote, as a model might copy it. */
function stretches({ quote }: GoldClaim): string[] {
  const words = /\p{sc=Han}/u.test(quote) ? [...quote] : quote.split(/\s+/)
  return words.flatMap((_, from) =>
    Array.from({ length: Math.min(12, words.length - from) }, (_, more) =>
      words.slice(from, from + more + 1).join(/\p{sc=Han}/u.test(quote) ? "" : " "),
    ),
  )
}

function fits(text: string, { kind, low, high }: GoldClaim): boolean {
  const read = readFigure(text, kind)
  return read !== null && Math.abs(read.low - low!) <= 1e-6 * low! && Math.abs(read.high - high!) <= 1e-6 * high!
}
