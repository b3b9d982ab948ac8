/** Evidence in, report out: a pure function. Runs nothing, asks nobody, reads no clock; the same arguments give the same report. */
import type { Criterion, Question, Rubric } from "../prompts/question.ts"
import type { Evidence, Outcome, ReferenceCounts, Weights } from "../sandboxes/evidence.ts"
import type { Submission } from "../sandboxes/submission.ts"
import { bandOf, worse } from "./bands.ts"
import type { Claim } from "./claims/claim.ts"
import { compareClaims } from "./claims/compare.ts"
import { compare, type StrongByEngine } from "./comparison.ts"
import { brokenInvariants, correctShare, notWorking } from "./correct-share.ts"
import { number, percent, points as written } from "./figures.ts"
import { keptTooBriefly } from "./findings/early-expiry.ts"
import { findAll } from "./findings/find.ts"
import type { Judgement, Mark } from "./judge/judgement.ts"
import { type Judged, notJudged, type Prose } from "./judged.ts"
import { inSlot } from "./kinds/claim.ts"
import { isMeasured, judge, judgeProse } from "./kinds/table.ts"
import { markOn } from "./marks.ts"
import type { Measured } from "./measured.ts"
import { remarksOn } from "./remarks.ts"
import type { Band, Finding, Report, Score, Subtotal } from "./report.ts"
import { spread, subtotal, sum } from "./subtotals.ts"
import { summarise } from "./summary.ts"

export interface GradeInput {
  question: Question
  rubric: Rubric
  rubricHash: string
  submission: Submission
  /** null: no counts are stored for this workload; work and growth are then null. */
  referenceCounts: ReferenceCounts | null
  /** The strong reference on every engine that the question allows: shown, never scored. */
  engines: StrongByEngine
  weights: Weights
  /** Asked for as a free run: no points, whatever came of it. */
  quick: boolean
  /** What the run left behind: evidence, or the candidate's mistake. */
  outcome: Outcome
  /** What the judge of prose said about the answer; null: nobody asked one. */
  judgement: Judgement | null
  /** People's verdicts, oldest first. */
  marks: Mark[]
}

/** Grades a run. Throws only where the rubric names kinds that do not exist, which its schema forbids. */
export function grade(input: GradeInput): Report {
  const { outcome } = input
  return outcome.kind === "measured" ? gradeMeasured(input, outcome.evidence) : gradeRejected(input, outcome)
}

function gradeMeasured(input: GradeInput, evidence: Evidence): Report {
  const { question, rubric } = input
  const stale = input.referenceCounts?.workloadHash !== evidence.provenance.workloadHash
  const measured: Measured = {
    question,
    evidence,
    references: stale ? null : input.referenceCounts,
    weights: input.weights,
  }
  const judged = new Map<string, Judged>(
    rubric.criteria.filter(isMeasured).map((one) => [one.id, evidence.quick ? QUICK : judge(one, measured)]),
  )
  const share = correctShare(rubric, (id) => judged.get(id)!.points)
  const losses = rubric.criteria
    .filter(isMeasured)
    .filter((one) => one.kind !== "correctness")
    .map((criterion) => {
      const { points } = judged.get(criterion.id)!
      return { criterion, lost: points === null ? 0 : criterion.points - points }
    })
  const findings = findAll(measured, losses)
  const prose = proseOf(input, measured, findings)
  for (const one of rubric.criteria) if (!isMeasured(one)) judged.set(one.id, judgeProse(one, prose))
  const scores = rubric.criteria.map((criterion): Score => {
    const score = scaled(criterion, judged.get(criterion.id)!, share)
    return { ...score, findings: findings.filter((one) => one.explains.includes(criterion.id)).map((one) => one.rule) }
  })
  const parts = partsOf(rubric, scores)
  const cap = capOf(measured)
  const report: Report = {
    ...headOf(input),
    quick: evidence.quick,
    rejected: null,
    ...parts,
    measuredBand: capped(parts.measured, cap?.band),
    band:
      parts.total === null ? null : capped({ ...parts.measured, points: parts.total, outOf: parts.outOf }, cap?.band),
    remarks: [],
    summary: [],
    scores,
    findings,
    warnings: evidence.warnings,
    printed: evidence.printed ?? [],
    ...saidOf(input, prose),
    evidence,
    comparison: compare(measured, input.engines),
    provenance: evidence.provenance,
  }
  report.remarks = remarksOn(report, cap?.because ?? null)
  report.summary = summarise(report)
  return report
}

const QUICK = notJudged("A quick run gives counts and findings, not points.")

/** The prose is judged whatever became of the run; only what it claims needs one, and a whole one. */
function proseOf({ rubric, judgement, marks }: GradeInput, measured: Measured | null, findings: Finding[]): Prose {
  const claims = judgement?.assertions ? compareClaims(judgement.assertions, measured) : null
  return {
    judgement,
    marks,
    findings: new Map(findings.map(({ rule, title }) => [rule, title])),
    claims,
    contradictedSlots: contradictedSlots(rubric, claims ?? [], marks),
    unscored:
      measured === null
        ? "Not measured: the submission could not be run, so what it claims could not be held against anything."
        : measured.evidence.quick
          ? "A quick run shows what was claimed beside what was counted, and gives no points for it."
          : null,
  }
}

/** By the person who marked the slot, where there is one: whoever sees it as met has seen what was counted. */
function contradictedSlots(rubric: Rubric, claims: Claim[], marks: Mark[]): Map<string, string> {
  return new Map(
    rubric.criteria.flatMap((one) => {
      if (one.kind !== "claim" || markOn(marks, one.id)?.verdict === "met") return []
      const wrong = inSlot(one, claims).find(({ verdict }) => verdict === "contradicted")
      return wrong ? [[one.id, `${one.title} (${wrong.sentence.replace(/\.$/, "")})`] as const] : []
    }),
  )
}

/** What was said about the answer, for the report. */
const saidOf = (
  { judgement, marks }: GradeInput,
  { claims }: Prose,
): Pick<Report, "judgement" | "marks" | "claims"> => ({
  judgement,
  marks,
  claims: claims ?? [],
})

/** Points, scaled by the share of correctness that holds where something is measured about wrong answers. */
function scaled(criterion: Criterion, judged: Judged, share: number): Omit<Score, "findings"> {
  const scales = isMeasured(criterion) && criterion.kind !== "correctness" && share < 1 && judged.points !== null
  const factor = scales ? share : 1
  const points = judged.points === null ? null : judged.points * factor
  const because = ` Scaled by ${percent(share)}, the share of correctness that holds: ${written(judged.points ?? 0)} came to ${written(points ?? 0)}.`
  return {
    criterion: criterion.id,
    title: criterion.title,
    kind: criterion.kind,
    points,
    outOf: criterion.points,
    interval:
      points === null || !judged.interval
        ? null
        : { value: points, low: judged.interval.low * factor, high: judged.interval.high * factor },
    beforeScaling: scales ? judged.points : null,
    reason: scales && judged.points! > 0 ? judged.reason + because : judged.reason,
    evidence: judged.evidence,
  }
}

/** What the band cannot rise above, and why. */
function capOf(measured: Measured): { band: Band; because: string } | null {
  const { evidence, question } = measured
  const fatal = notWorking(
    evidence,
    question.operations.map((operation) => operation.name),
  )
  if (fatal !== null) return { band: "not yet working", because: fatal }
  const broken = brokenInvariants(evidence)
  if (broken.length > 0) return { band: "weak", because: `answers broke ${broken.map((one) => `"${one}"`).join(", ")}` }
  // A run is too short to see what was acknowledged vanish; that it will is certain all the same.
  const days = keptTooBriefly(measured)
  if (days === null) return null
  const due = number(question.retentionDays!)
  return { band: "weak", because: `nothing is left after ${number(days)} days of what must stay readable for ${due}` }
}

function capped({ points, outOf }: Subtotal, cap: Band | undefined): Band | null {
  if (points === null) return null
  const band = bandOf(points, outOf)
  return cap ? worse(band, cap) : band
}

function partsOf(
  rubric: Rubric,
  scores: Score[],
): Pick<Report, "measured" | "written" | "total" | "outOf" | "interval"> {
  const [measured, written] = [true, false].map((wanted) =>
    subtotal(scores.filter((_, index) => isMeasured(rubric.criteria[index]!) === wanted)),
  ) as [Subtotal, Subtotal]
  const total = sum([measured.points, written.points])
  return {
    measured,
    written,
    total,
    outOf: measured.outOf + written.outOf,
    interval: total === null ? null : spread(total, [measured.interval, written.interval]),
  }
}

const headOf = ({ question, submission, rubric, rubricHash }: GradeInput) => ({
  version: 1 as const,
  question: question.id,
  questionTitle: question.title,
  engine: submission.engine,
  displayName: submission.displayName ?? null,
  rubric: { version: rubric.version, hash: rubricHash },
  submission,
})

/** Nothing could be measured: all measured scores are null. The written answer can still be judged alone. */
function gradeRejected(
  input: GradeInput,
  { rejected, warnings, printed = [], provenance }: Extract<Outcome, { kind: "rejected" }>,
): Report {
  const { rubric } = input
  const prose = proseOf(input, null, [])
  const scores = rubric.criteria.map((criterion): Score => {
    const judged = isMeasured(criterion)
      ? input.quick
        ? QUICK
        : notJudged("Not measured: the submission could not be run.")
      : judgeProse(criterion, prose)
    return { ...scaled(criterion, judged, 1), findings: [] }
  })
  const report: Report = {
    ...headOf(input),
    quick: input.quick,
    rejected,
    ...partsOf(rubric, scores),
    measuredBand: null,
    band: null,
    remarks: [],
    summary: [],
    scores,
    findings: [],
    warnings,
    printed,
    ...saidOf(input, prose),
    evidence: null,
    comparison: null,
    provenance,
  }
  report.remarks = remarksOn(report, null)
  return report
}
