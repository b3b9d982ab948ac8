/** Handing in: asked again under the same key until the server has answered, so that trouble on the way makes neither none of it nor two. */
import { useCallback, useEffect, useRef, useState } from "react"
import { api, isAway, isSignedOut, sentence, type Work } from "../api/api.ts"
import { newId } from "../api/new-id.ts"
import { me, queryClient, submission } from "../api/queries.ts"

export type HandingIn =
  | { kind: "none" }
  | { kind: "sending" }
  /** Nobody answers; asked again in a moment. */
  | { kind: "trying again" }
  | { kind: "signed out" }
  | { kind: "refused"; because: string }

const AGAIN_MS = 2_000

const whoIsSignedIn = () => queryClient.getQueryData(me.queryKey)?.id

export interface Asked {
  question: string
  engine: string
  work: Work
  quick: boolean
  sitting: string | undefined
}

export function useHandIn(onAcknowledged: (id: string) => void) {
  const [state, setState] = useState<HandingIn>({ kind: "none" })
  const pending = useRef<{ asked: Asked; key: string; by: string | undefined } | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const told = useRef(onAcknowledged)
  told.current = onAcknowledged

  const send = useCallback(async () => {
    const { current } = pending
    if (!current) return
    const { question, engine, work, quick, sitting } = current.asked
    const now = whoIsSignedIn()
    if (now !== undefined && now !== current.by) {
      pending.current = null
      return setState({ kind: "refused", because: "Somebody else has signed in here. Nothing was handed in." })
    }
    setState((before) => (before.kind === "trying again" ? before : { kind: "sending" }))
    try {
      const view = await api.submissions.create({
        headers: { "idempotency-key": current.key },
        body: { question, engine, quick, ...work, ...(sitting !== undefined && { sitting }) },
      })
      void queryClient.invalidateQueries({ queryKey: ["submissions"] })
      // Given up while it was on its way: what has arrived all the same is taken back.
      if (pending.current !== current) return void api.submissions.cancel({ submission: view.id }).catch(() => {})
      pending.current = null
      queryClient.setQueryData(submission(view.id).queryKey, view)
      setState({ kind: "none" })
      told.current(view.id)
    } catch (error) {
      if (pending.current !== current) return
      if (isSignedOut(error)) return setState({ kind: "signed out" })
      if (!isAway(error)) {
        pending.current = null
        return setState({ kind: "refused", because: sentence(error) })
      }
      setState({ kind: "trying again" })
      timer.current = setTimeout(() => void send(), AGAIN_MS)
    }
  }, [])

  useEffect(() => () => clearTimeout(timer.current), [])

  return {
    state,
    handIn(asked: Asked) {
      if (pending.current) return
      pending.current = { asked, key: newId(), by: whoIsSignedIn() }
      void send()
    },
    /** Somebody has signed in again. */
    again: () => void send(),
    giveUp() {
      clearTimeout(timer.current)
      pending.current = null
      setState({ kind: "none" })
    },
  }
}
