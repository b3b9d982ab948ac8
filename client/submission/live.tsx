/**
 * A submission while it waits and runs: its place, one line for each phase with its own bar, and the newest figures. The same wherever it is looked at from.
 * What of it is said aloud is `useAloud`'s: the page has a place for that from its beginning, as what comes with its words is often not heard.
 */
import { Button, Loader } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Link, useLocation } from "@tanstack/react-router"
import { useEffect, useRef, useState } from "react"
import { api, type SubmissionView, sentence } from "../api/api.ts"
import type { Followed } from "../api/follow.ts"
import { submission } from "../api/queries.ts"
import { durationText } from "../frame/words.ts"
import { phaseName } from "./phase-names.ts"

export function Live({ view, away }: { view: SubmissionView; away: Followed["away"] }) {
  const client = useQueryClient()
  const { href } = useLocation()
  const change = useMutation({
    mutationFn: (what: "cancel" | "retry") => api.submissions[what]({ submission: view.id }),
    onSuccess: (next) => client.setQueryData(submission(view.id).queryKey, next),
  })
  const status = useRef<HTMLParagraphElement>(null)
  const active = view.state === "queued" || view.state === "running"
  return (
    <div>
      <p className="row" tabIndex={-1} ref={status}>
        {view.state !== "failed" && view.state !== "cancelled" && <Loader size="xs" aria-hidden="true" />}
        <span>
          {view.quick ? "Free run" : "Counted attempt"}: {headline(view)}
        </span>
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
      <div className="row">
        {active && (
          <Button
            variant="default"
            size="xs"
            aria-disabled={change.isPending || view.cancelRequested}
            onClick={() => {
              // The button goes away with what it stops; whoever pressed it is left at what is said about that.
              status.current?.focus()
              if (!change.isPending && !view.cancelRequested) change.mutate("cancel")
            }}
          >
            {usesUp(view) ? "Cancel, and use up the attempt" : "Cancel"}
          </Button>
        )}
        {view.state === "failed" && (
          <Button
            size="xs"
            aria-disabled={change.isPending}
            onClick={() => {
              status.current?.focus()
              if (!change.isPending) change.mutate("retry")
            }}
          >
            Run it again
          </Button>
        )}
      </div>
      <Phases phases={view.phases} state={view.state} />
    </div>
  )
}

/** In an interview what has begun to run is an attempt, also where it is cancelled. */
const usesUp = ({ sitting, quick, begun }: SubmissionView) => sitting !== null && !quick && begun

const isWaiting = (phases: SubmissionView["phases"]) => phases.at(-1)?.phase === "waiting"

function headline(view: SubmissionView): string {
  const { state, place, secondsLeft, cancelRequested, phases } = view
  const left = secondsLeft === null ? "" : `, about ${durationText(secondsLeft)} by the last runs`
  if (cancelRequested && state !== "cancelled") return "it is being cancelled."
  switch (state) {
    case "queued":
      return place === null
        ? "it waits for its turn."
        : place === 1
          ? `it is next${left}.`
          : `number ${place} in the queue${left}.`
    case "running":
      return isWaiting(phases) ? "it waits for the machine: another submission is being measured on it." : "it runs."
    case "measured":
    case "grading":
      return "it is measured; the report is being written."
    case "graded":
      return "the report is there."
    case "failed":
      return "something broke on our side. Nothing counts against you."
    case "cancelled":
      return usesUp(view)
        ? "you cancelled it while it ran; the attempt is used up."
        : "you cancelled it; nothing of it counts."
  }
}

/** A run has more phases than anybody wants to hear. */
const SPOKEN_EVERY_MS = 15_000

/** What is said of it to who listens: its phase now and then while it runs, else how it stands; "": it is not there. */
export function useAloud(view: SubmissionView | undefined): string {
  const runs = view?.state === "running"
  const phase = runs ? phaseName(view.phases.at(-1)?.phase ?? "") : ""
  const [spoken, setSpoken] = useState("")
  const last = useRef(0)
  useEffect(() => {
    const wait = setTimeout(
      () => {
        last.current = performance.now()
        setSpoken(phase)
      },
      Math.max(0, last.current + SPOKEN_EVERY_MS - performance.now()),
    )
    return () => clearTimeout(wait)
  }, [phase])
  if (!view) return ""
  return runs && !view.cancelRequested ? spoken : headline(view)
}

/** A phase may say nothing for a while; its clock goes on all the same, from what was said last. */
function useSecondsSince(newest: { seconds: number } | undefined, runs: boolean): number {
  const [now, setNow] = useState(() => performance.now())
  const heard = useRef({ newest, at: now })
  if (heard.current.newest !== newest) heard.current = { newest, at: performance.now() }
  useEffect(() => {
    if (!runs) return
    const timer = setInterval(() => setNow(performance.now()), 500)
    return () => clearInterval(timer)
  }, [runs])
  return runs ? Math.max(0, (now - heard.current.at) / 1000) : 0
}

function Phases({ phases, state }: Pick<SubmissionView, "phases" | "state">) {
  const since = useSecondsSince(phases.at(-1), state === "running")
  if (phases.length === 0) return null
  const newest = phases.length - 1
  return (
    <ol className="phases">
      {phases.map(({ phase, done, detail, seconds }, index) => (
        // A phase may come twice, once for each size; as they are only ever added, its place tells it apart.
        <li key={index} aria-current={index === newest ? "step" : undefined}>
          <span className="phase-name">{phaseName(phase)}</span>
          <span className="bar" aria-hidden="true">
            <i style={{ width: `${Math.round(100 * done)}%` }} />
          </span>
          <span className="phase-seconds">{(seconds + (index === newest ? since : 0)).toFixed(1)} s</span>
          <span className="phase-detail muted">{detail}</span>
        </li>
      ))}
    </ol>
  )
}
