/** Which references a score is held against: the strong one, the weak one, and what a growth criterion names in its place. */
import type { LoadedQuestion } from "../prompts/load-question.ts"

export function yardsticks(
  { question, rubric }: Pick<LoadedQuestion, "question" | "rubric">,
  engine: string,
): string[] {
  const named = rubric.criteria.flatMap((item) =>
    item.kind === "growth" ? [item, ...(item.alsoAlong ?? [])].map(({ weak }) => weak?.[engine]) : [],
  )
  return [...new Set(["strong", question.weak[engine], ...named])].filter((name) => name !== undefined)
}
