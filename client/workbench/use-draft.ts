/** A draft in a page: opened from server, browser or starter, saved while one writes, and once more when the window is left. */
import { useQuery } from "@tanstack/react-query"
import { useEffect, useState, useSyncExternalStore } from "react"
import { api } from "../api/api.ts"
import { newId } from "../api/new-id.ts"
import { me, queryClient, starter } from "../api/queries.ts"
import { DraftKeeper } from "./draft-keeper.ts"

export interface OpenDraft {
  /** null: being opened. */
  keeper: DraftKeeper | null
  error: unknown
}

export function useDraft(question: string, engine: string): OpenDraft {
  const { data: person } = useQuery(me)
  const begin = useQuery(starter(question, engine))
  const stored = useQuery({
    queryKey: ["draft", question, engine],
    queryFn: () => api.drafts.get({ question, engine }),
    enabled: Boolean(person),
    // Asked anew whenever the workbench is opened, and never under the fingers of whoever writes.
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const [keeper, setKeeper] = useState<DraftKeeper | null>(null)
  const id = person?.id
  const ready = stored.isFetchedAfterMount && begin.data !== undefined && stored.data !== undefined
  // Opened once for each place, from what was there then
  useEffect(() => {
    if (!ready || id === undefined) return
    const draft = stored.data
    const made = new DraftKeeper({
      place: { person: id, question, engine },
      stored: draft && {
        work: draft.content,
        revision: draft.revision,
        savedAt: draft.savedAt,
        writer: draft.writer,
      },
      starter: begin.data!,
      drafts: api.drafts,
      shelf: localStorage,
      writer: newId(),
      isSignedIn: () => queryClient.getQueryData(me.queryKey)?.id === id,
    })
    setKeeper(made)
    const flush = () => void made.flush()
    const hidden = () => void (document.visibilityState === "hidden" && made.flush())
    addEventListener("blur", flush)
    addEventListener("online", flush)
    document.addEventListener("visibilitychange", hidden)
    return () => {
      removeEventListener("blur", flush)
      removeEventListener("online", flush)
      document.removeEventListener("visibilitychange", hidden)
      made.stop()
      setKeeper(null)
      void queryClient.invalidateQueries({ queryKey: ["drafts"] })
    }
  }, [question, engine, id, ready])
  return { keeper, error: stored.error ?? begin.error }
}

const nothing = () => () => {}

/** Looks again whenever the draft tells of a change. */
export function useKept(keeper: DraftKeeper | null): { saved: DraftKeeper["saved"]; replaced: number } | null {
  useSyncExternalStore(
    keeper?.subscribe ?? nothing,
    () => keeper?.saved ?? null,
    () => null,
  )
  return keeper && { saved: keeper.saved, replaced: keeper.replaced }
}
