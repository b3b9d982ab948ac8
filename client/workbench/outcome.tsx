/** The workbench's right column: the newest run as it goes, and what came of it, with the way to the line that it is about. */
import { Button, Loader } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useMemo, useRef } from "react"
import { adviceOn } from "../../server/report/advice.ts"
import { cellText, costTable } from "../../server/report/tables.ts"
import { printedWhere, refused } from "../../server/report/words.ts"
import type { Report } from "../api/api.ts"
import { isOver, useSubmission } from "../api/follow.ts"
import { report } from "../api/queries.ts"
import { points } from "../frame/words.ts"
import { Live, useAloud } from "../submission/live.tsx"
import type { HandingIn } from "./hand-in.ts"
import { hintOf } from "./lints.ts"
import type { Note } from "./notes.ts"

export interface NotesByFile {
  [file: string]: Note[]
}

/** Places in the files that the newest run said something about. */
export function useOutcome(id: string | null) {
  const followed = useSubmission(id)
  const graded = followed.view?.state === "graded"
  const { data, error } = useQuery({ ...report(id ?? ""), enabled: graded })
  const notes = useMemo(() => (data ? notesOf(data) : {}), [data])
  return { ...followed, report: graded ? data : undefined, reportError: error, notes }
}

function notesOf({ rejected, warnings, findings }: Report): NotesByFile {
  const notes: NotesByFile = {}
  const add = (file: string, line: number, message: string) => {
    notes[file] = [...(notes[file] ?? []), { line, message }]
  }
  if (rejected?.line !== undefined)
    add(rejected.file ?? (rejected.stage === "schema" ? "schema.cql" : "access.ts"), rejected.line, rejected.message)
  for (const { file, line, message } of warnings) add(file, line, message + hintOf(message))
  for (const { line, title, evidence } of findings)
    if (line !== undefined) add("schema.cql", line, `${title}: ${evidence}`)
  return notes
}

export function Outcome({
  outcome,
  handing,
  onGoTo,
  onGiveUp,
}: {
  outcome: ReturnType<typeof useOutcome>
  handing: HandingIn
  onGoTo: (file: string, line: number) => void
  onGiveUp: () => void
}) {
  const { view, away } = outcome
  const aloud = useOutcomeAloud(outcome, handing)
  return (
    <section className="outcome" aria-label="Outcome">
      <h2>Outcome</h2>
      <p className="aloud" role="status">
        {aloud}
      </p>
      {handing.kind === "sending" && (
        <p className="row">
          <Loader size="xs" aria-hidden="true" /> Handing it in…
        </p>
      )}
      {handing.kind === "trying again" && (
        <div className="note warns">
          <p>The server does not answer. Your work is kept; it is handed in once, as soon as somebody answers.</p>
          <Button size="xs" variant="default" onClick={onGiveUp}>
            Do not hand it in
          </Button>
        </div>
      )}
      {handing.kind === "refused" && (
        <p className="note warns" role="alert">
          {handing.because}
        </p>
      )}
      {!view && handing.kind === "none" && (
        <p className="muted">
          A free run checks correctness and counts the work at two sizes, as often as you like. What is submitted is
          measured in full and counts. Plain JavaScript will do: type errors are shown and stop nothing.
        </p>
      )}
      {view && view.state !== "graded" && <Live view={view} away={away} />}
      {outcome.reportError && !outcome.report && <p className="note warns">The report could not be loaded just now.</p>}
      {view && outcome.report && <Graded report={outcome.report} id={view.id} onGoTo={onGoTo} />}
    </section>
  )
}

/** One place says all of it, from handing in to what came of it; what had come of one before this page was opened is not news. */
function useOutcomeAloud({ view, report: found }: ReturnType<typeof useOutcome>, { kind }: HandingIn): string {
  const progress = useAloud(view)
  const seenLive = useRef<string | null>(null)
  if (view && !isOver(view)) seenLive.current = view.id
  if (kind === "sending") return "It is being handed in."
  if (kind === "trying again") return "The server does not answer. Your work is kept."
  if (!view || seenLive.current !== view.id) return ""
  return found ? cameOf(found) : progress
}

/** In a line: what went wrong, whether answers were right, or band and points. */
function cameOf({ rejected, engine, quick, evidence, measured, measuredBand }: Report): string {
  if (rejected) return refused(rejected, engine)
  if (quick)
    return evidence?.invariants.some(({ broken }) => broken > 0)
      ? "Some answers were wrong."
      : "Every answer was right, at two sizes."
  const figure =
    measured.points === null ? "" : `: ${points(measured.points)} of ${points(measured.outOf)} measured points`
  return `${measuredBand ?? "Graded"}${figure}`
}

function Graded({
  report: found,
  id,
  onGoTo,
}: {
  report: Report
  id: string
  onGoTo: (file: string, line: number) => void
}) {
  const { rejected, findings, warnings, evidence } = found
  const broken = evidence?.invariants.filter((one) => one.broken > 0) ?? []
  const advice = rejected ? adviceOn(rejected.message) : null
  return (
    <>
      <h3>{cameOf(found)}</h3>
      {rejected && <p className="said-by-engine">{rejected.message}</p>}
      {advice !== null && <p>{advice}</p>}
      {rejected?.line !== undefined && (
        <Button
          size="xs"
          variant="default"
          onClick={() =>
            onGoTo(rejected.file ?? (rejected.stage === "schema" ? "schema.cql" : "access.ts"), rejected.line!)
          }
        >
          Go to line {rejected.line}
        </Button>
      )}
      {broken.length > 0 && (
        <ul className="small">
          {broken.map((one) => (
            <li key={one.invariant}>
              {one.invariant}: {one.broken} of {one.checked} checks
              {one.examples[0] && <p className="muted">{one.examples[0].message}</p>}
            </li>
          ))}
        </ul>
      )}
      {findings.length > 0 && (
        <>
          <h3>Findings</h3>
          <ul className="small">
            {findings.map((one) => (
              <li key={`${one.rule} ${one.place}`}>
                <strong>{one.title}</strong>
                {one.line !== undefined && (
                  <>
                    {" "}
                    <button type="button" className="link" onClick={() => onGoTo("schema.cql", one.line!)}>
                      line {one.line}
                    </button>
                  </>
                )}
                <p className="muted">{one.evidence}</p>
                <p>{one.remedy}</p>
              </li>
            ))}
          </ul>
        </>
      )}
      {warnings.length > 0 && (
        <>
          <h3>From the type check</h3>
          <ul className="small">
            {warnings.map((one) => (
              <li key={`${one.file} ${one.line} ${one.message}`}>
                <button type="button" className="link" onClick={() => onGoTo(one.file, one.line)}>
                  {one.file}, line {one.line}
                </button>{" "}
                {one.message}
                {hintOf(one.message)}
              </li>
            ))}
          </ul>
        </>
      )}
      {!rejected && findings.length === 0 && broken.length === 0 && (
        <p className="small muted">Nothing was found amiss.</p>
      )}
      <Cost report={found} />
      <Printed report={found} />
      <p>
        <Link to="/submissions/$submission" params={{ submission: id }}>
          The whole report
        </Link>
      </p>
    </>
  )
}

/** The first thing to look at once every answer is right. */
function Cost({ report: found }: { report: Report }) {
  const table = costTable(found)
  if (!table) return null
  return (
    <>
      <h3>{table.title}</h3>
      <section className="scroll-x" tabIndex={0} aria-label={table.title}>
        <table className="plain-table">
          <caption className="aloud">{table.title}</caption>
          <thead>
            <tr>
              {table.head.map((name, at) => (
                <th key={name} scope="col" className={at > 0 ? "figure" : undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(([name, ...cells]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {cells.map((cell, at) => (
                  <td key={table.head[at + 1]} className="figure">
                    {cellText(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="small muted">In {found.comparison?.weights.unit}, reckoned from what was counted.</p>
    </>
  )
}

function Printed({ report: found }: { report: Report }) {
  if (found.printed.length === 0) return null
  return (
    <>
      <h3>What your code printed</h3>
      {found.printed.map((one) => {
        const where = printedWhere(one)
        return (
          <div key={where}>
            <p className="small muted">{where}</p>
            {/* It scrolls: reachable by keyboard. */}
            <section className="printed" aria-label={where} tabIndex={0}>
              <pre>{one.text}</pre>
            </section>
          </div>
        )
      })}
    </>
  )
}
