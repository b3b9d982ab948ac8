/** One's own sitting of an interview: its rules before it begins, its clock while it lasts. */
import { Button } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link, useParams } from "@tanstack/react-router"
import { useEffect, useState } from "react"
import { api, sentence } from "../api/api.ts"
import { Loading } from "../frame/loading.tsx"
import { Problem } from "../frame/problem.tsx"
import { useTitle } from "../frame/title.ts"
import { engineTitle, momentOf } from "../frame/words.ts"
import { type Heard, heard, secondsLeft } from "./clock.ts"

export const sittingQuery = (id: string) => ({
  queryKey: ["sitting", id],
  queryFn: () => heard(() => api.sittings.get({ sitting: id })),
  // Clocks drift, and a machine that slept has lost count.
  refetchInterval: 60_000,
})

export function SittingPage() {
  const { sitting: id } = useParams({ from: "/sittings/$sitting" })
  const client = useQueryClient()
  const { data, error } = useQuery(sittingQuery(id))
  useTitle(data?.interview ?? "Interview")
  const change = useMutation({
    mutationFn: (what: "start" | "finish") => heard(() => api.sittings[what]({ sitting: id })),
    onSuccess: (next) => client.setQueryData(["sitting", id], next),
  })
  if (error && !data) return <Problem error={error} />
  if (!data) return <Loading what="Loading the interview" />
  const { interview, question, engines, minutes, attempts, startedAt, finishedAt, deadlineAt, closed } = data
  const over = finishedAt !== null || (deadlineAt !== null && new Date(deadlineAt) <= new Date(data.now))
  return (
    <>
      <h1>{interview}</h1>
      <p>
        {minutes} minutes from when you begin, on {engines.map(engineTitle).join(" or ")}; {attempts} counted{" "}
        {attempts === 1 ? "attempt" : "attempts"}, of which the best counts. Free runs are not counted.
      </p>
      {change.error && <p className="note warns">{sentence(change.error)}</p>}
      {startedAt === null ? (
        closed ? (
          <p className="note warns">This interview is closed; nobody can begin any more.</p>
        ) : (
          <Button loading={change.isPending} onClick={() => change.mutate("start")}>
            Begin: the clock starts
          </Button>
        )
      ) : over ? (
        <p className="note says">
          This sitting is over{finishedAt ? ` since ${momentOf(finishedAt)}` : ""}. What you handed in is with the
          organisation.
        </p>
      ) : (
        <>
          <p>
            <Clock sitting={data} /> left.
          </p>
          <div className="row">
            {engines.map((engine) => (
              <Button
                key={engine}
                renderRoot={(props) => (
                  <Link
                    {...props}
                    to="/questions/$question/work/$engine"
                    params={{ question, engine }}
                    search={{ sitting: id }}
                  />
                )}
              >
                Answer on {engineTitle(engine)}
              </Button>
            ))}
            <Button variant="default" onClick={() => change.mutate("finish")}>
              I am done
            </Button>
          </div>
        </>
      )}
    </>
  )
}

export function Clock({ sitting }: { sitting: Heard }) {
  const [tick, setTick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTick((one) => one + 1), 1_000)
    return () => clearInterval(timer)
  }, [])
  void tick
  const left = secondsLeft(sitting)
  if (left === null) return null
  const [minutes, seconds] = [Math.floor(left / 60), Math.floor(left % 60)]
  return (
    <span role="timer">
      {minutes}:{String(seconds).padStart(2, "0")}
    </span>
  )
}
