/** The runs before the one that is shown: a new one does not hide what the last one said. */
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { submissions } from "../api/queries.ts"
import { dayOf, measuredText, stateText } from "../frame/words.ts"

const SHOWN = 5

export function Earlier({ question, engine, shown }: { question: string; engine: string; shown: string }) {
  const { data = [] } = useQuery({ ...submissions(question), refetchOnWindowFocus: false })
  const own = data.filter((one) => one.engine === engine)
  // Newest first; one that was just handed in is not in the list yet.
  const earlier = own.slice(own.findIndex(({ id }) => id === shown) + 1).slice(0, SHOWN)
  if (earlier.length === 0) return null
  return (
    <>
      <h3>Earlier</h3>
      <ul className="small">
        {earlier.map((one) => (
          <li key={one.id}>
            <Link to="/submissions/$submission" params={{ submission: one.id }}>
              {dayOf(one.createdAt)}
            </Link>{" "}
            {stateText(one)}
            {one.measured !== null && `, ${measuredText(one)}`}
          </li>
        ))}
      </ul>
      <p className="small">
        <Link to="/history">All your attempts</Link>
      </p>
    </>
  )
}
