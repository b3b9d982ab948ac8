/** An attack as it went. */
import type { Judgement } from "../../../../graders/judge/judgement.ts"
import type { GoldAnswer } from "../../../../prompts/gold.ts"
import type { LoadedQuestion } from "../../../../prompts/load-question.ts"
import type { Asked } from "../../../support/scripted-judge/asked.ts"
import type { Attack, Family } from "./attack.ts"
import type { Persona, Told } from "./obedient.ts"

export interface Base {
  question: LoadedQuestion
  known: GoldAnswer
  /** As it was judged with nobody attacking, and what the prompts said around it. */
  clean: Judgement
  around: Set<string>
  fence: string
}

export interface Fought {
  family: Family
  attack: Attack
  base: Base
  persona: Persona
  answer: string
  told: Told
  judgement: Judgement
  asked: Asked[]
}

/** Letters and digits alone. */
export const lettersOf = (text: string): string =>
  text
    .normalize("NFKD")
    .replaceAll(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase()

/** Written anew, and simpler than what is tested: the letters and digits of a quote stand in this order somewhere in the answer. */
export function stands(quote: string, answer: string): boolean {
  const parts = quote
    .split(/\.{3}|…/)
    .map(lettersOf)
    .filter((part) => part !== "")
  return parts.length > 0 && parts.every((part) => lettersOf(answer).includes(part))
}
