/** The questions, one row each, with what one has made of them. */
import { Button, SegmentedControl } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useState } from "react"
import type { ListedQuestion } from "../api/api.ts"
import { catalogue, drafts, me } from "../api/queries.ts"
import { Loading } from "../frame/loading.tsx"
import { Problem } from "../frame/problem.tsx"
import { useTitle } from "../frame/title.ts"
import { dayOf, engineTitle, measuredText } from "../frame/words.ts"
import { FirstVisit } from "./first-visit.tsx"

type Done = "all" | "open" | "tried"

export function Catalogue() {
  useTitle("Questions")
  const { data: questions, error } = useQuery(catalogue)
  const { data: person } = useQuery(me)
  const { data: begun } = useQuery({ ...drafts, enabled: Boolean(person) })
  const [engine, setEngine] = useState("all")
  const [level, setLevel] = useState("all")
  const [done, setDone] = useState<Done>("all")
  if (error && !questions) return <Problem error={error} />
  const engines = [...new Set(questions?.flatMap((one) => one.engines))].sort()
  const levels = [...new Set(questions?.map((one) => one.level))]
  const shown = questions?.filter(
    (one) =>
      (engine === "all" || one.engines.includes(engine)) &&
      (level === "all" || one.level === level) &&
      (done === "all" || (done === "tried") === one.attempts > 0),
  )
  return (
    <>
      <h1>Questions</h1>
      <p>
        You model the data, write the access code and explain your choices. Your design then runs on the real engine in
        a sealed container, is counted and timed beside reference designs, and the report shows what was measured.
      </p>
      <FirstVisit signedIn={Boolean(person)} tried={questions?.some(({ attempts }) => attempts > 0) ?? true} />
      {!questions && <Loading what="Loading the questions" />}
      {questions && (
        <>
          <fieldset className="row" style={{ border: 0, padding: 0, margin: "1rem 0" }}>
            <legend className="aloud">Which questions to show</legend>
            <Choice name="Engine" value={engine} onChange={setEngine} options={engines} words={engineTitle} />
            <Choice name="Level" value={level} onChange={setLevel} options={levels} />
            {person && (
              <Choice
                name="Done"
                value={done}
                onChange={(value) => setDone(value as Done)}
                options={["open", "tried"]}
                words={(one) => (one === "open" ? "not tried" : "tried")}
              />
            )}
          </fieldset>
          <table className="plain-table stacks">
            <caption className="aloud">Questions</caption>
            <thead>
              <tr>
                <th scope="col">Question</th>
                <th scope="col">Engines</th>
                <th scope="col">Level</th>
                <th scope="col" className="figure">
                  Minutes
                </th>
                <th scope="col" className="whole">
                  Your best
                </th>
              </tr>
            </thead>
            <tbody>
              {shown?.map((one) => (
                <Row key={one.id} one={one} begun={begun?.filter(({ question }) => question === one.id) ?? []} />
              ))}
            </tbody>
          </table>
          {shown?.length === 0 && (
            <p className="row">
              No question is like that.
              <Button
                variant="default"
                size="xs"
                onClick={() => {
                  setEngine("all")
                  setLevel("all")
                  setDone("all")
                }}
              >
                Show all
              </Button>
            </p>
          )}
        </>
      )}
    </>
  )
}

function Row({ one, begun }: { one: ListedQuestion; begun: { engine: string; savedAt: string }[] }) {
  const { best } = one
  return (
    <tr>
      <th scope="row">
        <Link to="/questions/$question" params={{ question: one.id }}>
          {one.title}
        </Link>
        <p className="small muted">{one.oneLine}</p>
        {begun.map(({ engine, savedAt }) => (
          <p key={engine} className="small">
            <Link to="/questions/$question/work/$engine" params={{ question: one.id, engine }}>
              Go on on {engineTitle(engine)}
            </Link>{" "}
            <span className="muted">saved {dayOf(savedAt)}</span>
          </p>
        ))}
      </th>
      <td>
        <span className="marks">
          {one.engines.map((engine) => (
            <span key={engine} className="mark">
              {engineTitle(engine)}
            </span>
          ))}
        </span>
      </td>
      <td data-name="Level">{one.level}</td>
      <td data-name="Minutes" className="figure">
        {one.minutes}
      </td>
      <td data-name="Your best">
        {best ? (
          <>
            <Link to="/submissions/$submission" params={{ submission: best.submission }}>
              {best.band ?? best.measuredBand ?? "graded"}
            </Link>
            <p className="small muted">
              {measuredText(best)}, {dayOf(best.at)}
            </p>
          </>
        ) : (
          <span className="muted">{one.attempts > 0 ? "no points yet" : "not tried"}</span>
        )}
      </td>
    </tr>
  )
}

function Choice({
  name,
  value,
  onChange,
  options,
  words = (one) => one,
}: {
  name: string
  value: string
  onChange: (value: string) => void
  options: string[]
  words?: (option: string) => string
}) {
  return (
    <div className="row">
      <span className="small muted" id={`choice-${name}`}>
        {name}
      </span>
      <SegmentedControl
        aria-labelledby={`choice-${name}`}
        size="xs"
        value={value}
        onChange={onChange}
        data={[{ value: "all", label: "all" }, ...options.map((one) => ({ value: one, label: words(one) }))]}
      />
    </div>
  )
}
