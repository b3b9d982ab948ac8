/** Claims about how an operation's cost grows: a class in words, or a power. Held against its cost along each axis of the question. */
import type { Axis } from "../../prompts/question.ts"
import { inWords } from "../curves.ts"
import { list, number } from "../figures.ts"
import { candidateGrowth, type Growth } from "../growth-fit.ts"
import { GROWTH_WORDS } from "../judge/growth-words.ts"
import type { Assertion } from "../judge/judgement.ts"
import type { Measured } from "../measured.ts"
import type { Held } from "./claim.ts"
import { said } from "./said.ts"
import { type Fit, POWER, type Range } from "./tolerances.ts"

export function holdGrowth(assertion: Assertion, measured: Measured): Held {
  const { question } = measured
  const reads = question.operations.filter(({ kind }) => kind === "read").map(({ name }) => name)
  const operation = assertion.operation ?? (reads.length === 1 ? reads[0]! : null)
  if (operation === null)
    return { verdict: "not measured", sentence: "It is not said of which operation.", answers: false }
  const claimed = powersOf(assertion)
  if (!claimed) return { verdict: "not measured", sentence: "It names neither a class nor a power.", answers: false }
  const lines = axesOf(question.axes, operation).flatMap((axis) => {
    const growth = candidateGrowth(measured, axis, { measure: "cost", operation })
    return growth && growth.curve.length >= 2 ? [{ axis, power: powerOf(growth) }] : []
  })
  if (lines.length === 0)
    return {
      verdict: "not measured",
      sentence: `The run holds fewer than two places at which ${operation} was counted.`,
    }
  // Along several axes the steepest is what a class is said of.
  const steepest = lines.reduce((most, one) => (one.power.high > most.power.high ? one : most))
  const { low, high } = steepest.power
  const text = list(
    lines.map(
      ({ axis, power }) => `the cost of ${operation} ${inWords(power.high)} with ${axis.title} (${powerText(power)})`,
    ),
  )
  const sentence = `Said: ${said(assertion)}. Measured: ${text}.`
  const fit = fitOf(claimed, { low, high }, assertion.hedge)
  // Said of nothing by name, it may be about a list or a table: it can be right about the read, and not wrong.
  if (fit === "does not hold" && assertion.operation === null)
    return { verdict: "not measured", sentence: `It is not said of which operation. ${sentence}`, answers: false }
  if (fit === "too loose")
    return {
      verdict: "confirmed",
      measured: text,
      sentence: `${sentence} It holds, but leaves so much open that it says nothing.`,
      answers: false,
    }
  return { verdict: fit === "holds" ? "confirmed" : "contradicted", measured: text, sentence }
}

/** "At most linear" is true of what is flat as well, and says little of it. */
function fitOf(claimed: Range, { low, high }: Range, hedge: Assertion["hedge"]): Fit {
  const above = claimed.low - POWER <= high
  const below = low <= claimed.high + POWER
  if (above && below) return "holds"
  return (hedge === "at most" && below) || (hedge === "at least" && above) ? "too loose" : "does not hold"
}

const powerText = ({ low, high }: Range) =>
  Math.abs(high - low) < 0.05 ? `power ${number(high)}` : `power ${number(low)} to ${number(high)}`

/** Where both a word and a power were found they say the same (see `samples.ts`), and the power says it more closely. */
function powersOf({ low, high, unit, word }: Assertion): Range | null {
  const least = low ?? high
  if (unit === "power" && least !== null) return { low: least, high: high ?? least }
  return word === null ? null : (GROWTH_WORDS[word] ?? null)
}

/** The axis that the operation's own calls vary along; where there is none, those that the data grow along. */
function axesOf(axes: Axis[], operation: string): Axis[] {
  const own = axes.filter((axis) => axis.callsOf === operation)
  return own.length > 0 ? own : axes.filter((axis) => !axis.callsOf)
}

/**
 * A line through two sizes has a start and a slope: between the sizes it rises by a smaller power than far out, where the slope is all.
 * The claim may be about either, so the interval reaches from the one to the other.
 */
function powerOf({ curve, power: far }: Growth): Range {
  const large = curve.at(-1)!
  const first = curve[0]!
  const here =
    first.value > 0 && large.value > 0 && large.n > first.n && first.n > 0
      ? Math.max(0, Math.log(large.value / first.value) / Math.log(large.n / first.n))
      : far
  return { low: Math.min(here, far), high: Math.max(here, far) }
}
