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

export const submissions = (of?: string) =>
  queryOptions({
    queryKey: ["submissions", { of: of ?? null }],
    queryFn: () => api.submissions.list({ limit: 100, ...(of !== undefined && { question: of }) }),
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
