/** Below a report's head: which attempt it is, and where its owner may go from here. */
import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useState } from "react"
import { api, type Report, type SubmissionView } from "../api/api.ts"
import { submissions } from "../api/queries.ts"
import { saveAs } from "../frame/save-as.ts"
import { momentOf } from "../frame/words.ts"
import { comparable } from "../history/attempts.tsx"
import { MODEL_ANSWER } from "../question/place.ts"

export function Onward({ report, view }: { report: Report; view: SubmissionView }) {
  const { data: all } = useQuery(submissions(view.question))
  const counted = all?.filter((one) => !one.quick && one.state === "graded") ?? []
  const at = counted.findIndex(({ id }) => id === view.id)
  const place = all?.findIndex(({ id }) => id === view.id) ?? -1
  const earlier = place < 0 ? undefined : all?.slice(place + 1).find(comparable(view))
  const [fetching, setFetching] = useState(false)
  const shown = report.quick
    ? "A free run: findings and counts at two sizes, no points."
    : at >= 0
      ? `Attempt ${counted.length - at} of ${counted.length}`
      : ""
  return (
    <>
      <p className="small muted">
        {[shown, `handed in ${momentOf(view.createdAt)}`].filter(Boolean).join(" · ")}
        {view.reusedFrom && (
          <>
            {" · "}
            <Link to="/submissions/$submission" params={{ submission: view.reusedFrom }}>
              the same design was measured before
            </Link>
            , so it was not run again
          </>
        )}
      </p>
      {view.waits && (
        <p className="note says">
          A person will look at a part of the answer; its points come, or may change, with that.
        </p>
      )}
      <div className="row no-print">
        {view.sitting ? (
          // Whether there is time left, and an attempt, is told there.
          <Button
            renderRoot={(props) => <Link {...props} to="/sittings/$sitting" params={{ sitting: view.sitting! }} />}
          >
            Back to the interview
          </Button>
        ) : (
          <Button
            renderRoot={(props) => (
              <Link
                {...props}
                to="/questions/$question/work/$engine"
                params={{ question: view.question, engine: view.engine }}
              />
            )}
          >
            Improve it
          </Button>
        )}
        {earlier && (
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link
                {...props}
                to="/submissions/$submission/compare/$other"
                params={{ submission: view.id, other: earlier.id }}
              />
            )}
          >
            Compare with the attempt before
          </Button>
        )}
        <Button variant="default" onClick={() => print()}>
          Print or save as PDF
        </Button>
        <Button
          variant="default"
          aria-disabled={fetching}
          onClick={async () => {
            if (fetching) return
            setFetching(true)
            try {
              const evidence = await api.submissions.evidence({ submission: view.id })
              saveAs(`proofrun-${view.question}-${view.engine}.json`, JSON.stringify({ ...report, evidence }, null, 1))
            } finally {
              setFetching(false)
            }
          }}
        >
          {fetching ? "Fetching the evidence…" : "Download the evidence"}
        </Button>
        {report.quick || report.rejected ? (
          <Link to="/questions/$question" params={{ question: view.question }}>
            The question
          </Link>
        ) : (
          <Link
            to="/questions/$question"
            params={{ question: view.question }}
            search={{ engine: view.engine }}
            hash={MODEL_ANSWER}
          >
            The question, with a model answer
          </Link>
        )}
      </div>
    </>
  )
}
