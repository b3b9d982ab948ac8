/** Two attempts side by side: totals and criteria with their differences, what changed in the text, and curves over each other. */
import { useQueries } from "@tanstack/react-query"
import { Link, useParams } from "@tanstack/react-router"
import { lazy, Suspense, useMemo } from "react"
import { growthPictures, growthTable } from "../../server/report/growth-tables.ts"
import { figureOf } from "../../server/report/html-parts.ts"
import { PARTS } from "../../server/report/html-style.ts"
import { drawGrowth } from "../../server/report/pictures/growth.ts"
import { plusMinus } from "../../server/report/words.ts"
import type { Report } from "../api/api.ts"
import { report, submission } from "../api/queries.ts"
import { Loading } from "../frame/loading.tsx"
import { Problem } from "../frame/problem.tsx"
import { useTitle } from "../frame/title.ts"
import { engineTitle, momentOf, points } from "../frame/words.ts"

const Diff = lazy(async () => ({ default: (await import("./diff.tsx")).Diff }))
const SHEET = `.report { ${PARTS} }`

export function ComparePage() {
  const { submission: laterId, other: earlierId } = useParams({ from: "/submissions/$submission/compare/$other" })
  const [laterView, earlierView, later, earlier] = useQueries({
    queries: [submission(laterId), submission(earlierId), report(laterId), report(earlierId)],
  })
  useTitle("Two attempts")
  const error = later.error ?? earlier.error ?? laterView.error ?? earlierView.error
  if (error) return <Problem error={error} />
  if (!later.data || !earlier.data || !laterView.data || !earlierView.data)
    return <Loading what="Loading both reports" />
  const [now, before] = [later.data, earlier.data]
  if (now.question !== before.question)
    return (
      <>
        <h1>Two attempts</h1>
        <p>These two answer different questions; there is nothing to compare.</p>
      </>
    )
  return (
    <>
      <h1>{now.questionTitle}: two attempts</h1>
      <p className="muted">
        <Link to="/submissions/$submission" params={{ submission: earlierId }}>
          {momentOf(earlierView.data.createdAt)}
        </Link>{" "}
        on {engineTitle(before.engine)}, and{" "}
        <Link to="/submissions/$submission" params={{ submission: laterId }}>
          {momentOf(laterView.data.createdAt)}
        </Link>{" "}
        on {engineTitle(now.engine)}
      </p>
      {now.rubric.hash !== before.rubric.hash && (
        <p className="note warns">The rubric changed between the two; criteria are compared by their names.</p>
      )}
      <Scores now={now} before={before} />
      <Suspense fallback={<Loading what="Loading the texts" />}>
        <Texts now={now} before={before} />
      </Suspense>
      <Curves now={now} before={before} />
    </>
  )
}

const shown = (value: number | null) => (value === null ? "–" : points(value))

function change(now: number | null, before: number | null): string {
  if (now === null || before === null) return "–"
  // Of what stands beside it, or 0.5 and 4.5 differ by 4.1.
  const difference = (Math.round(now * 10) - Math.round(before * 10)) / 10
  return difference === 0 ? "same" : `${difference > 0 ? "+" : "−"}${points(Math.abs(difference))}`
}

/** What two measurements of one design may differ by, 95%: their errors are independent, so that their squares add. */
function withinNoise({ measured: now }: Report, { measured: before }: Report): string | undefined {
  if (now.points === null || before.points === null || !now.interval || !before.interval) return undefined
  const half = ({ low, high }: { low: number; high: number }) => (high - low) / 2
  const difference = Math.abs(now.points - before.points)
  if (difference === 0 || difference > Math.hypot(half(now.interval), half(before.interval))) return undefined
  const widths = [plusMinus(before.interval), plusMinus(now.interval)].map((one) => one.trim()).filter(Boolean)
  return `within what one measurement varies (${widths.join(" and ")})`
}

interface Row {
  title: string
  now: number | null
  before: number | null
  outOf: number
  remark?: string | undefined
}

function Scores({ now, before }: { now: Report; before: Report }) {
  const subtotals: Row[] = [
    {
      title: "Measured",
      now: now.measured.points,
      before: before.measured.points,
      outOf: now.measured.outOf,
      remark: withinNoise(now, before),
    },
    { title: "Written", now: now.written.points, before: before.written.points, outOf: now.written.outOf },
  ]
  const criteria = now.scores.map(
    (score): Row => ({
      title: score.title,
      now: score.points,
      before: before.scores.find(({ criterion }) => criterion === score.criterion)?.points ?? null,
      outOf: score.outOf,
    }),
  )
  const isJudged = (row: Row) => row.now !== null || row.before !== null
  const rows = [...subtotals, ...criteria.filter(isJudged)]
  const unjudged = criteria.filter((row) => !isJudged(row))
  return (
    <section aria-labelledby="points">
      <h2 id="points">Points</h2>
      <section className="scroll-x" tabIndex={0} aria-label="Points of both attempts">
        <table className="plain-table">
          <caption className="aloud">Points of both attempts</caption>
          <thead>
            <tr>
              <th scope="col">Criterion</th>
              <th scope="col" className="figure">
                Before
              </th>
              <th scope="col" className="figure">
                Now
              </th>
              <th scope="col" className="figure">
                Of
              </th>
              <th scope="col" className="figure">
                Change
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.title}>
                <th scope="row">{row.title}</th>
                <td className="figure">{shown(row.before)}</td>
                <td className="figure">{shown(row.now)}</td>
                <td className="figure">{points(row.outOf)}</td>
                <td className="figure">
                  {change(row.now, row.before)}
                  {row.remark && <p className="small muted remark-of-figure">{row.remark}</p>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {unjudged.length > 0 && (
        <details className="small">
          <summary>
            {unjudged.length} {unjudged.length === 1 ? "criterion that was" : "criteria that were"} not judged in either
          </summary>
          <ul>
            {unjudged.map(({ title, outOf }) => (
              <li key={title}>
                {title}, {points(outOf)} points
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

/** The curves of both, with the strong reference: figures come from two runs, so small differences may be the runs'. */
function Curves({ now, before }: { now: Report; before: Report }) {
  const figures = useMemo(() => {
    if (!now.comparison || !before.comparison || now.engine !== before.engine) return ""
    const earlier = growthPictures(before)
    return growthPictures(now)
      .flatMap((picture) => {
        const same = earlier.find(({ title }) => title === picture.title)
        if (!same) return []
        const [own, ...references] = picture.curves
        const curves = [{ ...own!, name: "now" }, { ...same.curves[0]!, name: "before" }, ...references.slice(0, 1)]
        const both = { ...picture, curves }
        return [figureOf(picture.title, drawGrowth(both), growthTable(both)).markup]
      })
      .join("\n")
  }, [now, before])
  if (figures === "") return null
  return (
    <section aria-labelledby="curves" className="report">
      <style>{SHEET}</style>
      <h2 id="curves">What grows</h2>
      <div className="pictures" dangerouslySetInnerHTML={{ __html: figures }} />
    </section>
  )
}

function Texts({ now, before }: { now: Report; before: Report }) {
  const [a, b] = [before.submission, now.submission]
  const files = [
    ["answer.md", a.answer, b.answer],
    ["schema.cql", a.schema ?? "", b.schema ?? ""],
    ["keys.md", a.keys ?? "", b.keys ?? ""],
    ...[...new Set([...Object.keys(a.files), ...Object.keys(b.files)])]
      .sort()
      .map((name) => [name, a.files[name] ?? "", b.files[name] ?? ""] as const),
  ] as const
  const changed = files.filter(([, from, to]) => from !== to)
  return (
    <section aria-labelledby="texts">
      <h2 id="texts">What changed in the text</h2>
      {changed.length === 0 && <p>Nothing: both are the same text.</p>}
      {changed.map(([name, from, to]) => (
        <div key={name}>
          <h3>{name}</h3>
          <Diff name={name} from={from} to={to} />
        </div>
      ))}
    </section>
  )
}
