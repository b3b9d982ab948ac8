/** The strong reference, once somebody asks for it: that it was seen is told to whoever reads a later interview. */
import { Button, SegmentedControl } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useLocation } from "@tanstack/react-router"
import { useEffect, useRef, useState } from "react"
import { api, type QuestionView, sentence } from "../api/api.ts"
import { engineTitle } from "../frame/words.ts"
import { MarkdownText } from "./markdown.tsx"
import { MODEL_ANSWER } from "./place.ts"

export function ModelAnswer({ question, wanted }: { question: QuestionView; wanted: string | undefined }) {
  const [engine, setEngine] = useState(question.engines.find((one) => one === wanted) ?? question.engines[0]!)
  const { hash } = useLocation()
  const heading = useRef<HTMLHeadingElement>(null)
  // Whoever comes for it came before it was loaded.
  useEffect(() => {
    if (hash === MODEL_ANSWER) heading.current?.focus()
  }, [hash])
  const asked = useMutation({
    mutationFn: (of: string) => api.questions.modelAnswer({ question: question.id, engine: of }),
  })
  const seen = question.seen.some(({ what }) => what === "model answer")
  return (
    <section aria-labelledby={MODEL_ANSWER} className="no-print">
      <h2 id={MODEL_ANSWER} tabIndex={-1} ref={heading}>
        A model answer
      </h2>
      <p>
        One strong design, not the only one.{" "}
        {seen ? "You have looked at it before." : "That you have looked is noted beside later interview reports."}
      </p>
      <div className="row">
        {question.engines.length > 1 && (
          <SegmentedControl
            aria-label="Engine of the model answer"
            size="xs"
            value={engine}
            onChange={setEngine}
            data={question.engines.map((one) => ({ value: one, label: engineTitle(one) }))}
          />
        )}
        <Button variant="default" loading={asked.isPending} onClick={() => asked.mutate(engine)}>
          Show it
        </Button>
      </div>
      {asked.error && <p className="note warns">{sentence(asked.error)}</p>}
      {asked.data && (
        <>
          <p className="note says">{asked.data.because}</p>
          {asked.data.work.schema && <Source name="schema.cql" text={asked.data.work.schema} />}
          {asked.data.work.keys && (
            <>
              <h3>keys.md</h3>
              <MarkdownText text={asked.data.work.keys} below={3} />
            </>
          )}
          {Object.entries(asked.data.work.files).map(([name, text]) => (
            <Source key={name} name={name} text={text} />
          ))}
          <h3>answer.md</h3>
          <MarkdownText text={asked.data.work.answer} below={3} />
        </>
      )}
    </section>
  )
}

function Source({ name, text }: { name: string; text: string }) {
  return (
    <>
      <h3>{name}</h3>
      <section className="scroll-x" tabIndex={0} aria-label={name}>
        <pre>{text}</pre>
      </section>
    </>
  )
}
