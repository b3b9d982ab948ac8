/** A submission while it waits and runs: its place, one line for each phase with its own bar, and the newest figures. The same wherever it is looked at from. */
import { Button, Loader } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Link, useLocation } from "@tanstack/react-router"
import { api, type SubmissionView, sentence } from "../api/api.ts"
import type { Followed } from "../api/follow.ts"
import { submission } from "../api/queries.ts"
import { durationText } from "../frame/words.ts"

export function Live({ view, away }: { view: SubmissionView; away: Followed["away"] }) {
  const client = useQueryClient()
  const { href } = useLocation()
  const change = useMutation({
    mutationFn: (what: "cancel" | "retry") => api.submissions[what]({ submission: view.id }),
    onSuccess: (next) => client.setQueryData(submission(view.id).queryKey, next),
  })
  const active = view.state === "queued" || view.state === "running"
  return (
    <div>
      <p role="status" className="row">
        {view.state !== "failed" && view.state !== "cancelled" && <Loader size="xs" aria-hidden="true" />}
        <span>{headline(view)}</span>
      </p>
      {away === "signed out" && (
        <p className="note warns">
          Your session has ended. What you see is from before; your submission goes on all the same.{" "}
          <Link to="/sign-in" search={{ back: href }}>
            Sign in again
          </Link>
        </p>
      )}
      {away === "no answer" && (
        <p className="note warns">
          The server does not answer just now. What you see is from before; your submission goes on all the same, and
          this page comes back by itself.
        </p>
      )}
      {view.remark && <p className="note warns">{view.remark}</p>}
      {change.error && <p className="note warns">{sentence(change.error)}</p>}
      <Phases phases={view.phases} />
      <div className="row">
        {active && (
          <Button
            variant="default"
            size="xs"
            loading={change.isPending || view.cancelRequested}
            onClick={() => change.mutate("cancel")}
          >
            Cancel
          </Button>
        )}
        {view.state === "failed" && (
          <Button size="xs" loading={change.isPending} onClick={() => change.mutate("retry")}>
            Run it again
          </Button>
        )}
      </div>
    </div>
  )
}

function headline({ state, place, secondsLeft, cancelRequested }: SubmissionView): string {
  const left = secondsLeft === null ? "" : `, about ${durationText(secondsLeft)} by the last runs`
  if (cancelRequested && state !== "cancelled") return "It is being cancelled."
  switch (state) {
    case "queued":
      return place === null
        ? "It waits for its turn."
        : place === 1
          ? `It is next${left}.`
          : `Number ${place} in the queue${left}.`
    case "running":
      return "It runs."
    case "measured":
    case "grading":
      return "It is measured; the report is being written."
    case "graded":
      return "The report is there."
    case "failed":
      return "Something broke on our side. Nothing counts against you."
    case "cancelled":
      return "You cancelled it; nothing of it counts."
  }
}

function Phases({ phases }: Pick<SubmissionView, "phases">) {
  if (phases.length === 0) return null
  const newest = phases.length - 1
  return (
    <ol className="phases">
      {phases.map(({ phase, done, detail, seconds }, index) => (
        // A phase may come twice, once for each size; as they are only ever added, its place tells it apart.
        <li key={index} aria-current={index === newest ? "step" : undefined}>
          <span className="phase-name">{phase}</span>
          <span className="bar" aria-hidden="true">
            <i style={{ width: `${Math.round(100 * done)}%` }} />
          </span>
          <span className="phase-seconds">{seconds.toFixed(1)} s</span>
          <span className="phase-detail muted">{detail}</span>
        </li>
      ))}
    </ol>
  )
}
