/** A question: the brief, where to begin, what counts, what one has handed in, and after an attempt the model answer. */
import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link, useParams, useSearch } from "@tanstack/react-router"
import { drafts, me, question, submissions } from "../api/queries.ts"
import { Loading } from "../frame/loading.tsx"
import { Problem } from "../frame/problem.tsx"
import { useTitle } from "../frame/title.ts"
import { engineTitle } from "../frame/words.ts"
import { Attempts } from "../history/attempts.tsx"
import { Criteria } from "./criteria.tsx"
import { MarkdownText } from "./markdown.tsx"
import { ModelAnswer } from "./model-answer.tsx"

export function QuestionPage() {
  const { question: id } = useParams({ from: "/questions/$question" })
  const { engine: wanted } = useSearch({ from: "/questions/$question" })
  const { data, error } = useQuery(question(id))
  const { data: person } = useQuery(me)
  const { data: begun } = useQuery({ ...drafts, enabled: Boolean(person) })
  const { data: handedIn } = useQuery({ ...submissions(id), enabled: Boolean(person) })
  useTitle(data?.title ?? "")
  if (error && !data) return <Problem error={error} />
  if (!data) return <Loading what="Loading the question" />
  const draftOn = (engine: string) => begun?.some((one) => one.question === id && one.engine === engine) ?? false
  return (
    <>
      <h1>{data.title}</h1>
      <p className="muted">
        {data.level} · about {data.minutes} minutes · {data.engines.map(engineTitle).join(" or ")}
      </p>
      <div className="row no-print">
        {data.engines.map((engine, index) => (
          <Button
            key={engine}
            variant={index === 0 || draftOn(engine) ? "filled" : "default"}
            renderRoot={(props) => (
              <Link {...props} to="/questions/$question/work/$engine" params={{ question: id, engine }} />
            )}
          >
            {draftOn(engine) ? "Go on" : "Answer"} on {engineTitle(engine)}
          </Button>
        ))}
        {person === null && <span className="small muted">You sign in or up first, and come back here.</span>}
      </div>
      {handedIn && handedIn.length > 0 && (
        <section aria-labelledby="attempts">
          <h2 id="attempts">Your attempts</h2>
          <Attempts of={handedIn} />
        </section>
      )}
      <section aria-labelledby="brief">
        <h2 id="brief">The brief</h2>
        <MarkdownText text={withoutTitle(data.statement)} below={1} />
      </section>
      <section aria-labelledby="criteria">
        <h2 id="criteria">What counts</h2>
        <Criteria rubric={data.rubric} />
      </section>
      {data.modelAnswerOpen && <ModelAnswer question={data} wanted={wanted} />}
    </>
  )
}

/** The page has said it already. */
export const withoutTitle = (statement: string): string => statement.replace(/^\s*# .*\n/, "")
