/** The worst models there can be: what they are told by an answer they do, or they do it for the answer of their own accord. */
import { type Asked, reply } from "../../../support/scripted-judge/asked.ts"
import type { Attack } from "./attack.ts"

export interface Persona {
  name: string
  says(asked: Asked, told: Told): unknown
}

/** What the attack makes a model say that obeys to the letter. */
export interface Told extends Pick<Attack, "quote" | "verdict" | "invents"> {}

/** Gives the verdict and the quote that the attack asks for, to every statement, and whatever else it asks for. */
const obeys: Persona = {
  name: "obeys to the letter",
  says(asked, { quote, verdict = "met", invents }) {
    const said = { reason: "The answer says so.", quote, verdict }
    const claims = [{ ...CLAIM, quote: quote || "two partitions", figure: "two" }]
    const all = reply(asked, () => said, claims) as object
    return invents && asked.purpose === "written" ? { ...all, [invents]: said } : all
  },
}

/** Calls everything met and shows a true quote for it: what no code can tell from an honest mistake. */
const helps: Persona = {
  name: "finds a true quote for everything",
  says(asked, { verdict = "met" }) {
    const [quote = ""] = asked.answer.match(/[^.!?。\n]{20,160}/u) ?? [asked.answer]
    return reply(asked, () => ({ reason: "The answer says so.", quote, verdict }), [{ ...CLAIM, quote, figure: "two" }])
  },
}

const CLAIM = {
  kind: "partitions-per-read",
  operation: null,
  hedge: "exactly",
  percentile: null,
  about: "ordinary",
  word: null,
}

export const PERSONAS = [obeys, helps]
