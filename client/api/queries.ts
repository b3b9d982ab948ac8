/** What pages ask the server for, each under the key by which it is kept and dropped. */
import { QueryClient, queryOptions } from "@tanstack/react-query"
import { api, isAway } from "./api.ts"

const MOST_TRIES = 3

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refused it refuses again.
      retry: (tries, error) => isAway(error) && tries < MOST_TRIES,
      staleTime: 5_000,
    },
  },
})

export const me = queryOptions({ queryKey: ["me"], queryFn: () => api.account.get(), staleTime: 60_000 })

export const catalogue = queryOptions({ queryKey: ["questions"], queryFn: () => api.questions.list() })

export const question = (id: string) =>
  queryOptions({ queryKey: ["questions", id], queryFn: () => api.questions.get({ question: id }) })

export const starter = (id: string, engine: string) =>
  queryOptions({
    queryKey: ["questions", id, "starter", engine],
    queryFn: () => api.questions.starter({ question: id, engine }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const drafts = queryOptions({ queryKey: ["drafts"], queryFn: () => api.drafts.list() })

/** As many as are told at a time. */
const PAGE = 100
/** Of one person; more would be a script's. */
const MOST_PAGES = 30

/** All of them: which attempt one is, and what came before it, is told from the list. */
async function allSubmissions(of: string | undefined) {
  const all: Awaited<ReturnType<typeof api.submissions.list>> = []
  for (let page = 0; page < MOST_PAGES; page++) {
    const before = all.at(-1)?.createdAt
    const more = await api.submissions.list({
      limit: PAGE,
      ...(of !== undefined && { question: of }),
      ...(before !== undefined && { before }),
    })
    all.push(...more)
    if (more.length < PAGE) break
  }
  return all
}

export const submissions = (of?: string) =>
  queryOptions({
    queryKey: ["submissions", { of: of ?? null }],
    queryFn: () => allSubmissions(of),
  })

export const submission = (id: string) =>
  queryOptions({ queryKey: ["submission", id], queryFn: () => api.submissions.get({ submission: id }) })

/** A report never changes but by a person's mark, which makes a new one. */
export const report = (id: string) =>
  queryOptions({
    queryKey: ["submission", id, "report"],
    queryFn: () => api.submissions.report({ submission: id }),
    staleTime: 60_000,
  })

export const samples = queryOptions({ queryKey: ["samples"], queryFn: () => api.samples.list() })

export const sampleReport = (id: string) =>
  queryOptions({
    queryKey: ["samples", id, "report"],
    queryFn: () => api.samples.report({ submission: id }),
    staleTime: 60_000,
  })

export const content = (id: string) =>
  queryOptions({
    queryKey: ["submission", id, "content"],
    queryFn: () => api.submissions.content({ submission: id }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const sittings = queryOptions({ queryKey: ["sittings"], queryFn: () => api.sittings.list() })
