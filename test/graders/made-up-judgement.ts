/** Made-up judgements for tests: what a judge of prose might have left behind. No model was asked. */
import type { Assertion, Judgement, Mark, Quote, WrittenVerdict } from "../../graders/judge/judgement.ts"

/** Where `text` stands in `answer`; throws where it does not, so that a test cannot quote what is not there. */
export function quoteIn(answer: string, text: string): Quote {
  const start = answer.indexOf(text)
  if (start < 0) throw new Error(`The answer does not contain "${text}".`)
  return { text, start, end: start + text.length }
}

export function verdictOf(
  criterion: string,
  verdict: WrittenVerdict["verdict"],
  edits: Partial<WrittenVerdict> = {},
): WrittenVerdict {
  return {
    criterion,
    asked: "ab".repeat(32),
    verdict,
    reason: verdict === "met" ? "It names the bound." : "No bound is named.",
    quotes: [],
    samples: [0, 1].map((sample) => ({
      call: `call-${sample}`,
      sample,
      verdict: verdict ?? "cannot tell",
      reason: "so it says",
      quoted: "",
      quote: null,
      failed: null,
    })),
    agreement: 1,
    review: null,
    ...edits,
  }
}

export function asserted(kind: Assertion["kind"], edits: Partial<Assertion> = {}): Assertion {
  const text = "A partition holds one day of one user."
  return {
    kind,
    operation: null,
    quote: { text, start: 0, end: text.length },
    hedge: "exactly",
    low: null,
    high: null,
    unit: "none",
    percentile: null,
    about: null,
    word: null,
    ...edits,
  }
}

/** An assertion of one number. */
export const figure = (
  kind: Assertion["kind"],
  value: number,
  unit: Assertion["unit"],
  edits: Partial<Assertion> = {},
): Assertion => asserted(kind, { low: value, high: value, unit, ...edits })

export function judgementOf(
  written: WrittenVerdict[],
  assertions: Assertion[] | null = [],
  edits: Partial<Judgement> = {},
): Judgement {
  return {
    model: "small-model",
    endpoint: { mode: "strict schema", temperature: true, usage: true },
    prompts: { version: 1, hash: "cd".repeat(32) },
    written,
    assertions,
    lostClaims: [],
    claimsReview: null,
    steering: [],
    calls: [
      {
        key: "call-0",
        purpose: "written",
        criteria: written.map(({ criterion }) => criterion),
        sample: 0,
        model: "small-model",
        answeredBy: "small-model-2026",
        promptHash: "ef".repeat(32),
        messages: [{ role: "user", content: "Is it met?" }],
        completion: "{}",
        outcome: "answered",
        detail: "",
        attempts: 1,
        tokens: { prompt: 900, completion: 100, counted: "by the server" },
        usd: 0.0002,
        milliseconds: 300,
        at: "2026-11-03T09:12:05.000Z",
      },
    ],
    ...edits,
  }
}

export const marked = (criterion: string, verdict: Mark["verdict"], edits: Partial<Mark> = {}): Mark => ({
  criterion,
  verdict,
  quote: null,
  reason: "It stands in the second paragraph.",
  by: "Ada",
  at: "2026-11-04T10:00:00.000Z",
  ...edits,
})
