/**
 * A report in the app: its head with the ways onward is ours, its sections are those of the saved page, made by the same code from the same figures.
 * That code escapes whatever came from a submission; nothing else is ever put in as markup.
 */
import { Switch } from "@mantine/core"
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react"
import { addCopyButtons } from "../../server/report/copy-csv.ts"
import { contentsOf, picturesBeginning, withWayBack } from "../../server/report/html-contents.ts"
import { headOf } from "../../server/report/html-head.ts"
import { claimsOf, judgedByOf, marksOf } from "../../server/report/html-said.ts"
import {
  causesSection,
  criteriaOf,
  findingsOf,
  provenanceOf,
  wrongAnswersOf,
} from "../../server/report/html-sections.ts"
import { PARTS } from "../../server/report/html-style.ts"
import { submissionOf } from "../../server/report/html-submission.ts"
import { html, type Markup } from "../../server/report/markup.ts"
import { HOW_TO_JUDGE } from "../../server/report/words.ts"
import type { Report } from "../api/api.ts"
import { Loading } from "../frame/loading.tsx"

// What draws is larger than all the rest, and comes after the words are read.
const Pictures = lazy(async () => ({ default: (await import("./pictures.tsx")).Pictures }))

const SHEET = `.report { ${PARTS} }`

/** Links within the report are followed by the browser, so the sections are in the page from the first moment. */
export function ReportView({
  report,
  onward,
}: {
  report: Report
  /** Between head and criteria. */
  onward: ReactNode
}) {
  const [lostMost, setLostMost] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const head = useMemo(() => headOf(forCandidate(report)).markup, [report])
  const criteria = useMemo(
    () => withWayBack(criteriaOf(report, lostMost ? byLoss(report) : undefined)).markup,
    [report, lostMost],
  )
  const [above, below] = useMemo(() => sectionsOf(report), [report])
  const contents = useMemo(
    () => contentsOf(!report.quick && criteriaOf(report), above, picturesBeginning(report), below).markup,
    [report, above, below],
  )
  useEffect(() => {
    if (place.current) addCopyButtons(place.current)
    // The browser looked for the place in the address before there was one.
    if (location.hash.length > 1) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView()
  }, [below])
  return (
    <article>
      <style>{SHEET}</style>
      <div className="report" dangerouslySetInnerHTML={{ __html: head }} />
      {onward}
      <div className="report" dangerouslySetInnerHTML={{ __html: contents }} />
      {/* A free run gives no points: its criteria say nothing. */}
      {!report.quick && (
        <>
          <Switch
            className="no-print"
            style={{ marginTop: "1rem" }}
            label="Criteria that lost most first"
            checked={lostMost}
            onChange={({ currentTarget }) => setLostMost(currentTarget.checked)}
          />
          <div className="report" dangerouslySetInnerHTML={{ __html: criteria }} />
        </>
      )}
      <div className="report" dangerouslySetInnerHTML={{ __html: withWayBack(above).markup }} />
      <div className="report">
        <Suspense fallback={<Loading what="Drawing the pictures" />}>
          <Pictures report={report} />
        </Suspense>
      </div>
      <div className="report" ref={place} dangerouslySetInnerHTML={{ __html: withWayBack(below).markup }} />
    </article>
  )
}

/** Whoever reads a report here cannot set up a judge: they are told what it means for them. */
function forCandidate(report: Report): Report {
  const remarks = report.remarks.map((remark) =>
    remark === HOW_TO_JUDGE
      ? "Nobody judges written answers here yet. Their points stay open; the measured ones stand by themselves."
      : remark,
  )
  return { ...report, remarks }
}

/** What stands before the pictures, and what after them. */
function sectionsOf(report: Report): [above: Markup, below: Markup] {
  return [
    html`${causesSection(report)}${wrongAnswersOf(report)}`,
    html`${findingsOf(report)}${claimsOf(report)}${marksOf(report)}${submissionOf(report)}${judgedByOf(report)}${provenanceOf(report)}`,
  ]
}

/** Places in the rubric's order of the criteria, those that lost most first; what could not be judged last. */
function byLoss({ scores }: Report): number[] {
  const lost = scores.map(({ points, outOf }) => (points === null ? -1 : outOf - points))
  return scores.map((_, at) => at).sort((a, b) => lost[b]! - lost[a]! || a - b)
}
