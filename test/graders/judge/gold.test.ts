/** A judge that says what the gold says is understood as the gold: every verdict, with its quote where it stands. */
import { describe, expect, it } from "vitest"
import { openJudge } from "../../../graders/judge/open-judge.ts"
import { readGoldAnswers } from "../../../prompts/gold.ts"
import { listQuestions, readQuestion } from "../../../prompts/load-question.ts"
import { memoryCallStore } from "../../support/memory-call-store.ts"
import { sayGold } from "../../support/scripted-judge/gold-script.ts"
import { MODES, startScriptedJudge } from "../../support/scripted-judge/server.ts"

for (const id of await listQuestions()) {
  const { question, statement, rubric, ...rest } = await readQuestion(id)
  const known = await readGoldAnswers({ question, statement, rubric, ...rest })

  describe.runIf(known.length > 0)(`gold of ${id}, said by a server`, () => {
    it.each(MODES)("that honours %s, comes out as it went in", async (mode) => {
      await using server = await startScriptedJudge({ ...sayGold(known, rubric.criteria), mode })
      const options = {
        apiKey: "none",
        baseUrl: server.baseUrl,
        model: "scripted",
        timeoutMs: 60_000,
        dailyLimitUsd: 1e4,
      }
      const judge = openJudge(options, memoryCallStore(), Buffer.from("a secret of the tests"))
      // The first mode with all answers, the others with what tells them apart.
      for (const { name, answer, gold } of mode === MODES[0] ? known : known.slice(0, 4)) {
        const judgement = await judge.judge({ question, statement, rubric, answer, earlier: null })
        expect(judgement.endpoint?.mode).toBe(mode)
        const said = Object.fromEntries(judgement.written.map(({ criterion, verdict }) => [criterion, verdict]))
        const meant = Object.fromEntries(Object.entries(gold.written).map(([key, { verdict }]) => [key, verdict]))
        expect(said, name).toEqual(meant)
        for (const { criterion, review } of judgement.written)
          if (!name.endsWith("rubric-quoted-back")) expect(review, `${name}: ${criterion}`).toBeNull()
        expect(judgement.assertions, name).not.toBeNull()
      }
    })
  })
}
