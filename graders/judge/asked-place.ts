/** Where a stored call asks about a statement: by its words, for its name may be another one by now, or another statement's. */
import { ABOUT_ABSENCE, keyOf, type Statement } from "../../prompts/judge/render.ts"
import type { Call } from "./judgement.ts"

/** The place from 0, as in `call.criteria`; null: the call does not ask about it in these very words. Those of another version of the instructions do as well. */
export function placeIn(
  { messages, criteria }: Pick<Call, "messages" | "criteria">,
  statement: Statement,
): number | null {
  const prompt = messages.find(({ role }) => role === "user")?.content ?? ""
  const { counts, doesNotCount, examples, absence } = statement
  const words = [counts, doesNotCount, examples.met, examples.notMet]
  const place = criteria.findIndex((_, index) => {
    const own = sectionOf(`## ${keyOf(index)}\nStatement: ${statement.statement}\n`, prompt)
    return own !== null && words.every((text) => own.includes(text)) && own.includes(ABOUT_ABSENCE) === absence
  })
  return place < 0 ? null : place
}

/** What begins so, up to the next heading; null: nothing does. */
function sectionOf(beginning: string, prompt: string): string | null {
  const from = prompt.indexOf(beginning)
  return from < 0 ? null : prompt.slice(from).split(/\n\n#{1,2} /, 1)[0]!
}
