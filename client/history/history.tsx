/** All that one has handed in, by question, with how it went from attempt to attempt. */
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import type { ListedSubmission } from "../api/api.ts"
import { catalogue, submissions } from "../api/queries.ts"
import { Loading } from "../frame/loading.tsx"
import { Problem } from "../frame/problem.tsx"
import { useTitle } from "../frame/title.ts"
import { points } from "../frame/words.ts"
import { Attempts } from "./attempts.tsx"

export function HistoryPage() {
  useTitle("History")
  const { data: all, error } = useQuery(submissions())
  const { data: questions } = useQuery(catalogue)
  if (error && !all) return <Problem error={error} />
  if (!all) return <Loading what="Loading your attempts" />
  if (all.length === 0)
    return (
      <>
        <h1>History</h1>
        <p>
          You have handed nothing in yet. <Link to="/">Choose a question</Link>; every attempt stays here with its
          report.
        </p>
      </>
    )
  const ids = [...new Set(all.map(({ question }) => question))]
  return (
    <>
      <h1>History</h1>
      {ids.map((id) => {
        const own = all.filter(({ question }) => question === id)
        return (
          <section key={id} aria-labelledby={`of-${id}`}>
            <h2 id={`of-${id}`}>
              <Link to="/questions/$question" params={{ question: id }}>
                {questions?.find((one) => one.id === id)?.title ?? id}
              </Link>
            </h2>
            <Progress of={own} />
            <Attempts of={own} />
          </section>
        )
      })}
    </>
  )
}

const WIDTH = 320
const HEIGHT = 90
const EDGE = 14

/** Measured points from attempt to attempt, oldest at the left. Nothing where there is but one. */
function Progress({ of }: { of: ListedSubmission[] }) {
  const counted = of.filter(({ quick, measured }) => !quick && measured !== null).toReversed()
  if (counted.length < 2) return null
  const values = counted.map(({ measured }) => measured!)
  const top = Math.max(75, ...values)
  const x = (at: number) => EDGE + (at * (WIDTH - 2 * EDGE - 40)) / (values.length - 1)
  const y = (value: number) => HEIGHT - EDGE - (value * (HEIGHT - 2 * EDGE)) / top
  const [first, last] = [values[0]!, values.at(-1)!]
  return (
    <figure style={{ margin: 0 }}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width={WIDTH}
        style={{ maxWidth: "100%" }}
        role="img"
        aria-label={`Measured points over ${values.length} attempts: from ${points(first)} to ${points(last)}, at best ${points(Math.max(...values))}.`}
      >
        <line x1={EDGE} x2={WIDTH - EDGE} y1={y(0)} y2={y(0)} stroke="var(--line)" />
        <polyline
          points={values.map((value, at) => `${x(at)},${y(value)}`).join(" ")}
          fill="none"
          stroke="var(--accent)"
          strokeWidth="2"
        />
        {values.map((value, at) => (
          <circle key={counted[at]!.id} cx={x(at)} cy={y(value)} r="3.5" fill="var(--accent)" />
        ))}
        <text x={x(values.length - 1) + 8} y={y(last) + 4} fontSize="12" fill="var(--ink)">
          {points(last)}
        </text>
      </svg>
      <figcaption className="small muted">Measured points from attempt to attempt</figcaption>
    </figure>
  )
}
