/** A call whose cost grows with what varies from call to call: with its author's followers, or with the authors that its reader follows. */
import type { Axis, Operation } from "../../prompts/question.ts"
import { candidateCallGrowth } from "../call-growth.ts"
import { number } from "../figures.ts"
import { referenceGrowth } from "../growth-fit.ts"
import { type Measured, operationNamed, STRONG } from "../measured.ts"
import { dearCalls, type Found, type Rule } from "./rule.ts"

/** From this exponent on a cost grows in proportion, and not just by a first step. */
const IN_PROPORTION = 0.6
/** At the real scale it comes to this many times the strong reference's. */
const DEARER = 10
const MEASURE = { measure: "cost" } as const

export const fanOutOnWrite: Rule = {
  rule: "fan-out-on-write",
  title: "A write costs more the more people it concerns",
  kind: "cause",
  remedy:
    "Copying what is written to everybody whom it concerns makes reads cheap and the write as dear as the crowd is large. Look at how the crowd's size is distributed, and whether one way is right for all of it.",
  find: (measured) => growing(measured, "write"),
}

export const gatherOnRead: Rule = {
  rule: "gather-on-read",
  title: "A read costs more the more sources it gathers from",
  kind: "cause",
  remedy:
    "A read that asks every source anew pays for all of them each time, although little has changed since. Compare how often is read and how often written, and ask which of the two should do the work.",
  find: (measured) => growing(measured, "read"),
}

function growing(measured: Measured, kind: Operation["kind"]): Found[] {
  return measured.question.axes
    .filter((axis) => axis.callsOf && operationNamed(measured.question, axis.callsOf)?.kind === kind)
    .flatMap((axis) => alongCalls(measured, axis))
}

function alongCalls(measured: Measured, axis: Axis): Found[] {
  const own = candidateCallGrowth(measured, axis, MEASURE)
  const strong = own && referenceGrowth(measured, axis, MEASURE, STRONG, own.target)
  if (!own || !strong || own.carriedOn <= DEARER * strong || own.power < IN_PROPORTION) return []
  const [first, last] = [own.curve[0]!, own.curve.at(-1)!]
  const { unit } = measured.weights
  return [
    {
      place: axis.callsOf!,
      evidence: `A call of ${axis.callsOf} costs ${number(first.value)} ${unit} at ${number(first.n)} ${axis.unit} and ${number(last.value)} at ${number(last.n)}; at ${number(own.target)} it comes to ${number(own.carriedOn)}, where the strong reference's comes to ${number(strong)}.`,
      explains: dearCalls(axis.callsOf!),
    },
  ]
}
