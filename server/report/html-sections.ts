/** The sections of the page in the order in which they are read: criteria, causes, wrong answers, findings, provenance; the pictures are beside this file. */
import { causesOf } from "../../graders/causes.ts"
import { number, percent, points } from "../../graders/figures.ts"
import type { Report, Score } from "../../graders/report.ts"
import { barOf, evidenceOf, factsOf, tableOf } from "./html-parts.ts"
import { criterionAnchor, quotedOf } from "./html-said.ts"
import { html, type Markup } from "./markup.ts"
import { brief, plusMinus, SHOWN_EXAMPLES } from "./words.ts"

/** So many criteria that nothing is said of but the same sentence are told in one. */
const FOLDED_FROM = 3

/** `order`: places in the rubric's order; left out: as in the rubric. A criterion keeps its number wherever it stands. */
export function criteriaOf(report: Report, order = report.scores.map((_, at) => at)): Markup {
  const because = new Map<string, number[]>()
  for (const at of order) {
    const { points: given, reason } = report.scores[at]!
    if (given === null) because.set(reason, [...(because.get(reason) ?? []), at])
  }
  const folded = [...because].filter(([, places]) => places.length >= FOLDED_FROM)
  const alone = order.filter((at) => !folded.some(([, places]) => places.includes(at)))
  return html`<section id="criteria"><h2>Criteria</h2>${tableOfCriteria(report, alone, "Criteria")}
    ${folded.map(([reason, places]) => {
      const outOf = places.reduce((sum, at) => sum + report.scores[at]!.outOf, 0)
      return html`<details class="unjudged"><summary>${places.length} criteria, worth ${points(outOf)} points, are not judged<span class="muted">: ${reason.replace(/^Not judged: /, "")}</span></summary>${tableOfCriteria(report, places, "Criteria that are not judged")}</details>`
    })}</section>`
}

const tableOfCriteria = (report: Report, places: number[], caption: string): Markup | false =>
  places.length > 0 &&
  html`<table class="wide criteria"><caption class="aloud">${caption}</caption>
    <thead><tr><th scope="col">Criterion</th><th scope="col" class="points">Points</th></tr></thead>
    ${places.map((at) => criterionOf(report, report.scores[at]!, at))}</table>`

/** Two rows: what it is and its points, and below, as wide as the table, why. */
function criterionOf(report: Report, score: Score, index: number): Markup {
  const open = typeof score.evidence === "object" && score.evidence !== null && Object.keys(score.evidence).length > 0
  return html`<tbody id="${criterionAnchor(index)}"><tr class="judged"><th scope="row"><span class="muted">${index + 1}</span> ${score.title}</th>
    <td class="points">${score.points === null ? "not judged, of " : `${points(score.points)}${plusMinus(score.interval)} of `}${points(score.outOf)}${barOf(score.points === null ? null : score.points / score.outOf)}</td></tr>
    <tr><td colspan="2"><p class="small">${score.reason}</p>
    ${quotedOf(report, score, index)}
    ${open && html`<details><summary>Evidence<span class="muted"> for ${score.title}</span></summary>${evidenceOf(score.evidence, score.title)}</details>`}</td></tr></tbody>`
}

export function causesSection(report: Report): Markup | false {
  const causes = causesOf(report)
  if (causes.length === 0) return false
  const title = (id: string) => report.scores.find((score) => score.criterion === id)?.title ?? id
  return html`<section id="causes"><h2>Where the points went</h2><p class="small muted">Every point that the measured part lost stands once, with its first cause.</p>
    <table class="wide"><thead><tr><th scope="col">Cause</th><th scope="col">Criteria</th><th scope="col" class="figure">Points</th></tr></thead>
    <tbody>${causes.map((cause) => html`<tr><th scope="row">${cause.title}</th><td>${cause.criteria.map(title).join(", ")}</td><td class="figure">−${points(cause.pointsLost)}</td></tr>`)}</tbody></table></section>`
}

export function wrongAnswersOf({ evidence }: Report): Markup | false {
  const broken = evidence?.invariants.filter((one) => one.broken > 0) ?? []
  if (broken.length === 0) return false
  return html`<section id="wrong"><h2>Wrong answers</h2>${broken.map((one) => {
    const example = one.examples[0]
    return html`<h3>${one.invariant}: ${number(one.broken)} of ${number(one.checked)} checks</h3>${
      example &&
      factsOf([
        ["what", example.message],
        ["request", html`<code>${brief(example.request, 1000)}</code>`],
        ["came", html`<code>${brief(example.got, 1000)}</code>`],
        ["due", html`<code>${brief(example.expected, 1000)}</code>`],
        [
          "when",
          `at ${example.stage}, ${example.pass}; ${one.examples.length > SHOWN_EXAMPLES ? "more" : "all"} examples are in the JSON report`,
        ],
      ])
    }`
  })}</section>`
}

export function findingsOf({ findings, scores }: Report): Markup | false {
  if (findings.length === 0) return false
  const title = (id: string) => scores.find((score) => score.criterion === id)?.title ?? id
  return html`<section id="findings"><h2>Findings</h2>${findings.map(
    (finding, index) =>
      html`<article class="finding" id="finding-${index + 1}"><h3>${finding.title}</h3>${factsOf([
        ["rule", finding.rule],
        [
          "where",
          html`<code>${finding.place}</code>${finding.line !== undefined && html` · <a href="#schema-${finding.line}">schema, line ${finding.line}</a>`}`,
        ],
        ["evidence", finding.evidence],
        ["remedy", finding.remedy],
        ...(finding.explains.length > 0 ? [["explains", finding.explains.map(title).join(", ")] as const] : []),
        ...(finding.pointsLost > 0 ? [["points lost", points(finding.pointsLost)] as const] : []),
      ])}</article>`,
  )}</section>`
}

export function provenanceOf({ provenance: from, rubric, comparison, evidence }: Report): Markup | false {
  if (!from) return false
  const entries = (record: Record<string, string | number>) =>
    Object.entries(record)
      .map(([name, value]) => `${name} ${typeof value === "number" ? number(value) : value}`)
      .join(", ")
  return html`<section id="measured"><h2>How this was measured</h2>${factsOf([
    ["started", `${from.startedAt}, took ${number(from.seconds)} s`],
    ["rubric", `version ${rubric.version}, ${rubric.hash}`],
    ["images", html`<code>${entries(from.images)}</code>`],
    ["engine", entries(from.engine)],
    ["machine", entries(from.machine)],
    ["seed", from.seed],
    ["key of the data", html`<code>${from.key}</code>`],
    ["workload", html`<code>${from.workloadHash}</code>`],
    ...(evidence?.peak && !evidence.peak.skipped
      ? [
          [
            "generator lag",
            `p50 ${number(evidence.peak.generatorLagMs.p50)} ms, p99 ${number(evidence.peak.generatorLagMs.p99)} ms, at most ${number(evidence.peak.generatorLagMs.max)} ms`,
          ] as const,
        ]
      : []),
    ...(comparison
      ? [
          [
            "cost",
            `${comparison.weights.unit}, fitted on ${comparison.weights.fittedOn}, median error ${percent(comparison.weights.error)}`,
          ] as const,
        ]
      : []),
  ])}${tableOf({ title: "seconds per phase", head: ["Phase", "seconds"], rows: from.phases.map((one) => [one.phase, one.seconds]) })}</section>`
}
