/** A submission as it changes: whole pictures by server-sent events, taken up again by the browser wherever they broke off. */
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { isSignedOut, type SubmissionView } from "./api.ts"
import { catalogue, submission } from "./queries.ts"

export const isOver = ({ state }: Pick<SubmissionView, "state">): boolean =>
  state === "graded" || state === "failed" || state === "cancelled"

/** Where the stream cannot be had at all, the submission is asked for this often. */
const ASK_EVERY_MS = 3_000

export interface Followed {
  /** undefined: not known yet. */
  view: SubmissionView | undefined
  error: unknown
  /** The stream is broken, because of this; what is shown is from before. It says nothing about the submission. */
  away: false | "no answer" | "signed out"
}

export function useSubmission(id: string | null): Followed {
  const client = useQueryClient()
  const [away, setAway] = useState(false)
  const { data: view, error } = useQuery({
    ...submission(id ?? ""),
    enabled: id !== null,
    refetchInterval: ({ state: { data } }) => (away && data && !isOver(data) ? ASK_EVERY_MS : false),
  })
  const follow = id !== null && view !== undefined && !isOver(view)
  useEffect(() => {
    if (!follow) return
    const source = new EventSource(`/api/submissions/${id}/live`)
    source.onopen = () => setAway(false)
    source.onmessage = ({ data }) => {
      const next = JSON.parse(data as string) as SubmissionView
      setAway(false)
      client.setQueryData(submission(id).queryKey, next)
      if (isOver(next)) {
        source.close()
        void client.invalidateQueries({ queryKey: ["submissions"] })
        void client.invalidateQueries({ queryKey: catalogue.queryKey })
      }
    }
    // The browser connects again by itself, unless it was refused: then asking from time to time has to do.
    source.onerror = () => setAway(true)
    return () => source.close()
  }, [client, id, follow])
  return { view, error, away: follow && away && (isSignedOut(error) ? "signed out" : "no answer") }
}
