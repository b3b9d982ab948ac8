/**
 * A judgement made anew from its stored calls, without any server: every verdict, quote and assertion comes again from what the model replied. The same
 * code and calls give the same judgement to the byte; better code gives a better one.
 */
import type { Statement } from "../../prompts/judge/render.ts"
import { placeIn } from "./asked-place.ts"
import type { Call, Judgement, Sample, WrittenVerdict } from "./judgement.ts"
import { searchable } from "./quotes.ts"
import { assertionsOf, samplesOf } from "./samples.ts"
import { findSteering } from "./steering.ts"
import { combine } from "./verdicts.ts"

/** @param statements the rubric's written criteria as they are now; verdicts on others are left out */
export function rederive(
  judgement: Judgement,
  answer: string,
  statements: Statement[],
  operations: string[] = [],
): Judgement {
  const within = searchable(answer)
  const calls = new Map(judgement.calls.map((call) => [call.key, call]))
  const steering = findSteering(answer)
  const read = new Map<string, Sample[]>()
  const again = (sample: Sample, statement: Statement): Sample => {
    const call = calls.get(sample.call)
    const place = call ? placeIn(call, statement) : null
    if (!call || place === null) return sample
    if (!read.has(call.key)) read.set(call.key, samplesOf(call, within))
    return read.get(call.key)![place] ?? sample
  }
  const written = judgement.written.flatMap((verdict): WrittenVerdict[] => {
    const statement = statements.find(({ id }) => id === verdict.criterion)
    if (!statement) return []
    if (verdict.samples.length === 0) return [verdict]
    return [
      combine(
        statement,
        verdict.asked,
        verdict.samples.map((one) => again(one, statement)),
        steering,
      ),
    ]
  })
  const claims = judgement.calls.find((call): call is Call => call.purpose === "claims")
  const listed =
    claims && judgement.assertions ? assertionsOf(claims, within, operationsIn(judgement, operations)) : null
  const { assertions, lost } = listed ?? { assertions: judgement.assertions, lost: judgement.lostClaims }
  return { ...judgement, steering, written, assertions, lostClaims: lost }
}

/** Without the question at hand: those that an assertion, or what was lost of one, was about before. */
function operationsIn({ assertions, lostClaims }: Judgement, operations: string[]): string[] {
  const named = [...(assertions ?? []), ...lostClaims].flatMap(({ operation }) =>
    operation === null ? [] : [operation],
  )
  return [...new Set([...operations, ...named])]
}
