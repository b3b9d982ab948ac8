import { describe, expect, it } from "vitest"
import { dollars, duration, marking } from "../../../server/marking/progress.ts"

/** A stream that keeps what is written, and a clock that is moved by hand. */
function paper(isTTY: boolean) {
  let text = ""
  const clock = { ms: 0 }
  const out = {
    isTTY,
    write(chunk: string | Uint8Array) {
      text += chunk
      return true
    },
  }
  return { out, clock, now: () => clock.ms, text: () => text }
}

describe("progress", () => {
  it("tells how many, how fast, how long still and what it cost, on one line that is rewritten", () => {
    const { out, clock, now, text } = paper(true)
    const progress = marking(out, { before: 10, all: 40, now })
    for (let done = 1; done <= 10; done++) {
      clock.ms = done * 500
      progress.marked({ usd: 0.001, points: done === 4 ? null : 1 })
    }
    progress.end()
    expect(text().split("\r\x1b[2K").at(-1)).toBe(
      "  20 of 40 answers · 2/s · 10 s left · $0.01 · 1 answer without marks\n",
    )
  })

  it("says elsewhere a line now and then, and one at the end", () => {
    const { out, clock, now, text } = paper(false)
    const progress = marking(out, { before: 0, all: 100, now })
    for (let done = 1; done <= 100; done++) {
      clock.ms = done * 250
      progress.marked({ usd: null, points: 1 })
    }
    progress.end()
    const lines = text().trimEnd().split("\n")
    expect(lines).toHaveLength(3)
    expect(lines.at(-1)).toContain("100 of 100 answers · 4/s · 25 s · cost unknown")
  })
})

describe("sums and spans", () => {
  it("keep the digits that a small sum has", () => {
    expect([0, 0.00042, 0.0123, 1.5, 20].map(dollars)).toEqual(["$0.00", "$0.00042", "$0.012", "$1.50", "$20.00"])
  })
  it("are in the unit that one would say", () => {
    expect([4, 120, 7200, Number.POSITIVE_INFINITY].map(duration)).toEqual(["4 s", "2 min", "2.0 h", "unknown"])
  })
})
