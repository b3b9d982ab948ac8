/** Attempts of one question or of all, newest first: when, on what, what became of them. */
import { Link } from "@tanstack/react-router"
import type { ListedSubmission } from "../api/api.ts"
import { engineTitle, momentOf, points, stateText } from "../frame/words.ts"

const OUT_OF = 100

export function Attempts({ of }: { of: ListedSubmission[] }) {
  return (
    <div className="scroll-x">
      <table className="plain-table stacks">
        <caption className="aloud">Attempts</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Engine</th>
            <th scope="col">What came of it</th>
            <th scope="col" className="figure">
              Points
            </th>
            <th scope="col">Compare</th>
          </tr>
        </thead>
        <tbody>
          {of.map((one, index) => (
            <Row key={one.id} one={one} earlier={of.slice(index + 1).find(comparable(one))} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The one before it of the same question that was measured in full. */
export const comparable =
  ({ question, quick, id }: ListedSubmission) =>
  (other: ListedSubmission): boolean =>
    !quick && other.id !== id && other.question === question && !other.quick && other.state === "graded"

function Row({ one, earlier }: { one: ListedSubmission; earlier: ListedSubmission | undefined }) {
  return (
    <tr>
      <th scope="row">
        <Link to="/submissions/$submission" params={{ submission: one.id }}>
          {momentOf(one.createdAt)}
        </Link>
        {one.sitting && <span className="small muted"> interview</span>}
      </th>
      <td data-name="Engine">{engineTitle(one.engine)}</td>
      <td data-name="What came of it">
        {stateText(one)}
        {one.quick && (one.state !== "graded" || one.rejected) && <span className="small muted"> · free run</span>}
        {one.reusedFrom && <span className="small muted"> · same design as before</span>}
        {one.waits && <span className="small muted"> · a person will look at the answer</span>}
      </td>
      <td data-name="Points" className={one.measured === null ? "figure none" : "figure"}>
        {one.total !== null
          ? `${points(one.total)} of ${OUT_OF}`
          : one.measured !== null
            ? `${points(one.measured)} measured`
            : "–"}
      </td>
      <td data-name="Compare" className={earlier && one.state === "graded" ? "" : "none"}>
        {earlier && one.state === "graded" ? (
          <Link to="/submissions/$submission/compare/$other" params={{ submission: one.id, other: earlier.id }}>
            with the one before
          </Link>
        ) : (
          <span className="muted">–</span>
        )}
      </td>
    </tr>
  )
}
