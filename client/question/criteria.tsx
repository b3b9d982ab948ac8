/** What points are given for: titles and points, and after an attempt the statements that are looked for. */
import type { QuestionView } from "../api/api.ts"
import { points } from "../frame/words.ts"

const HOW: Record<string, string> = { written: "judged from your answer", claim: "your answer against the measurement" }

export function Criteria({ rubric }: Pick<QuestionView, "rubric">) {
  const { criteria } = rubric
  const open = criteria.some(({ statement }) => statement !== undefined)
  const sum = criteria.reduce((total, one) => total + one.points, 0)
  return (
    <>
      <div className="scroll-x">
        <table className="plain-table">
          <caption className="aloud">Criteria and points</caption>
          <thead>
            <tr>
              <th scope="col">Criterion</th>
              <th scope="col">How</th>
              <th scope="col" className="figure">
                Points
              </th>
            </tr>
          </thead>
          <tbody>
            {criteria.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  {one.title}
                  {one.statement && <p className="small muted">{one.statement}</p>}
                </th>
                <td>{HOW[one.kind] ?? "measured"}</td>
                <td className="figure">{points(one.points)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">In all</th>
              <td />
              <td className="figure">{points(sum)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      {!open && (
        <p className="small muted">
          What exactly is looked for in the answer is shown after your first graded attempt.
        </p>
      )}
    </>
  )
}
