import { expect, it } from "vitest"
import { RULES } from "../../graders/findings/table.ts"
import { listQuestions, readQuestion } from "../../prompts/load-question.ts"

it("whatever may contradict a statement is a finding that can be in this question, or a claim of the same rubric", async () => {
  for (const id of await listQuestions()) {
    const { question, rubric } = await readQuestion(id)
    const known = new Set([
      ...RULES.filter(({ canFire }) => canFire?.(question) ?? true).map(({ rule }) => rule),
      ...rubric.criteria.filter(({ kind }) => kind === "claim").map((claim) => claim.id),
    ])
    for (const criterion of rubric.criteria)
      if (criterion.kind === "written")
        for (const name of criterion.contradictedBy) expect(known, `${id}, ${criterion.id}`).toContain(name)
  }
})
