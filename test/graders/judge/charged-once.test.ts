/** A completion that was generated is paid once, whatever becomes of it on its way here. */
import { describe, expect, it } from "vitest"
import { openJudge } from "../../../graders/judge/open-judge.ts"
import { memoryCallStore } from "../../support/memory-call-store.ts"
import { reply } from "../../support/scripted-judge/asked.ts"
import { ANSWER, FAULTS, QUOTE } from "../../support/scripted-judge/faults.ts"
import { chargedTwice, startScriptedJudge } from "../../support/scripted-judge/server.ts"
import { rubricOf, WHERE_THINGS_LIE } from "./made-up-rubric.ts"

const LOST_ON_THE_WAY = FAULTS.filter(
  ({ bytes, send, name }) => (bytes || send) && !/UTF-8 in the quote|slow body|says so/.test(name),
)

describe("a completion that is lost on the way", () => {
  it.concurrent.each(LOST_ON_THE_WAY)("by $name is not charged again", async (fault) => {
    await using server = await startScriptedJudge({
      say: (asked) => reply(asked, () => ({ reason: "It is said.", quote: QUOTE, verdict: "met" })),
      fault: (call) => (call === 0 ? fault : null),
    })
    const timeoutMs = fault.waits ? 5_000 : 60_000
    const options = { apiKey: "none", baseUrl: server.baseUrl, model: "scripted", timeoutMs, dailyLimitUsd: 5 }
    const judge = openJudge(options, memoryCallStore(), Buffer.from("a secret of the tests"))
    const rubric = rubricOf(WHERE_THINGS_LIE)
    await judge.judge({ question: null, statement: null, rubric, answer: ANSWER, earlier: null })
    expect(chargedTwice(server)).toEqual([])
  })
})

it("the same answer judged twice at the same time is paid for once, even by a server that knows no idempotency keys", async () => {
  await using server = await startScriptedJudge({
    say: (asked) => reply(asked, () => ({ reason: "It is said.", quote: QUOTE, verdict: "met" })),
    forgetful: true,
  })
  const options = { apiKey: "none", baseUrl: server.baseUrl, model: "scripted", timeoutMs: 60_000, dailyLimitUsd: 5 }
  const judge = openJudge(options, memoryCallStore(), Buffer.from("a secret of the tests"))
  const what = { question: null, statement: null, rubric: rubricOf(WHERE_THINGS_LIE), answer: ANSWER, earlier: null }
  const [one, other] = await Promise.all([judge.judge(what), judge.judge(what)])
  expect(one).toEqual(other)
  expect([...server.charges.values()].filter((times) => times > 1)).toEqual([])
})
