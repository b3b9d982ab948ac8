/** What one answer is asked about, call by call: each statement twice, a third time where that leaves it open; and once for what it asserts. */
import { createHmac } from "node:crypto"
import { renderClaims, renderWritten, type Statement } from "../../prompts/judge/render.ts"
import type { ToJudge } from "./ask.ts"
import type { Call, Judgement, Sample } from "./judgement.ts"
import type { Asked } from "./make-call.ts"
import type { Judge } from "./open-judge.ts"
import type { Searchable } from "./quotes.ts"
import { assertionsOf, type Listed, objectionToClaims, objectionToVerdicts, samplesOf } from "./samples.ts"
import { effective, isOpen, lacksQuote, SAMPLES } from "./verdicts.ts"

/**
 * So many statements share a call. Answer and brief are most of a prompt, so one statement a call costs several times as much; with many more than
 * this a small model's reply gets long enough to be cut off. `bench judge` compares.
 */
const BATCH = 6
const TOKENS_PER_VERDICT = 400
const TOKENS_FOR_CLAIMS = 3_000

export interface Asking {
  /** Samples by criterion, in their order. */
  samples(statements: Statement[]): Promise<Map<string, Sample[]>>
  claims(): Promise<{ listed: Listed | null; review: Judgement["claimsReview"] }>
}

export function askAbout(
  { prompts, options, secret }: Judge,
  what: ToJudge,
  within: Searchable,
  call: (asked: Asked) => Promise<Call>,
): Asking {
  const { statement: brief, answer, question } = what

  /** The same for the same call, and for nobody else to know: 64 bits. */
  const tokenFor = (asked: unknown): string =>
    createHmac("sha256", secret)
      .update(JSON.stringify([prompts.hash, answer, asked]))
      .digest("hex")
      .slice(0, 16)

  async function ask(statements: Statement[], sample: number, again: boolean): Promise<Sample[]> {
    const token = tokenFor([statements.map(({ id, statement }) => [id, statement]), sample, again])
    const replied = await call({
      purpose: again ? "quote again" : "written",
      criteria: statements.map(({ id }) => id),
      sample,
      prompt: renderWritten(prompts, { brief, statements, answer, token, again }),
      replyTokens: TOKENS_PER_VERDICT * statements.length,
      objection: (text) => objectionToVerdicts(text, statements.length),
    })
    return samplesOf(replied, within)
  }

  async function take(statements: Statement[], sample: number): Promise<{ id: string; sample: Sample }[]> {
    const first = await ask(statements, sample, false)
    const lost = statements.filter((statement, index) => lacksQuote(first[index], statement))
    const again = lost.length > 0 ? await ask(lost, sample, true) : []
    return statements.map((statement, index) => {
      const second = again[lost.indexOf(statement)]
      // The second reply counts only where it shows what the first one said without showing it. Asked for its quote, a model may take back what it said: then a person looks.
      const shown = second && second.verdict === first[index].verdict && effective(second, statement) !== null
      return { id: statement.id, sample: shown ? second : first[index] }
    })
  }

  return {
    async samples(statements) {
      const wanted = what.samples ?? SAMPLES
      const taken = new Map<string, Sample[]>(statements.map(({ id }) => [id, []]))
      const takeAll = async (about: Statement[], sample: number) => {
        const batches = inBatches(about, options.batch ?? BATCH)
        const said = await Promise.all(batches.map((batch) => take(batch, sample)))
        for (const one of said.flat()) taken.get(one.id)!.push(one.sample)
      }
      await Promise.all(Array.from({ length: wanted }, (_, sample) => takeAll(statements, sample)))
      for (const samples of taken.values()) samples.sort((a, b) => a.sample - b.sample)
      const open = wanted === SAMPLES ? statements.filter((one) => isOpen(taken.get(one.id)!, one)) : []
      if (open.length > 0) await takeAll(open, SAMPLES)
      return taken
    },

    async claims() {
      const operations = question!.operations.map(({ name }) => name)
      const replied = await call({
        purpose: "claims",
        criteria: [],
        sample: 0,
        prompt: renderClaims(prompts, { brief, operations, answer, token: tokenFor("claims") }),
        replyTokens: TOKENS_FOR_CLAIMS,
        objection: objectionToClaims,
      })
      const listed = assertionsOf(replied, within, operations)
      if (listed) return { listed, review: null }
      const because = replied.outcome === "answered" ? "not understood" : replied.outcome
      return { listed: null, review: { because, detail: replied.detail } }
    },
  }
}

function inBatches<T>(all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))
}
