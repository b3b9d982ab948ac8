/** One submission: live until it is over, then its report, under the same address. */
import { useQuery } from "@tanstack/react-query"
import { Link, useParams } from "@tanstack/react-router"
import { lazy, Suspense, useState } from "react"
import { isOver, useSubmission } from "../api/follow.ts"
import { catalogue, report } from "../api/queries.ts"
import { Loading } from "../frame/loading.tsx"
import { Problem } from "../frame/problem.tsx"
import { useTitle } from "../frame/title.ts"
import { engineTitle, momentOf } from "../frame/words.ts"
import { Onward } from "../report/onward.tsx"
import { Live, useAloud } from "./live.tsx"

// Pictures and tables are not needed while it runs; loaded meanwhile.
const loadReport = () => import("../report/report.tsx")
const ReportView = lazy(async () => ({ default: (await loadReport()).ReportView }))

/** The same function each time, or every drawing anew would take the focus again. */
const focusOnce = (place: HTMLElement | null) => place?.focus()

export function SubmissionPage() {
  const { submission: id } = useParams({ from: "/submissions/$submission" })
  const { view, error, away } = useSubmission(id)
  const { data: questions } = useQuery(catalogue)
  const graded = view?.state === "graded"
  // By its id: the page stays the same one when it goes to another submission.
  const [liveId, setLiveId] = useState<string | null>(null)
  if (view && !graded && liveId !== id) setLiveId(id)
  const wasLive = liveId === id
  const found = useQuery({ ...report(id), enabled: graded })
  const aloud = useAloud(view)
  const title = questions?.find((one) => one.id === view?.question)?.title ?? view?.question ?? ""
  useTitle(title === "" ? "" : graded ? `Report: ${title}` : title)
  if (error && !view) return <Problem error={error} />
  if (!view) return <Loading what="Loading the submission" />
  if (graded && found.error && !found.data) return <Problem error={found.error} />
  if (graded)
    return found.data ? (
      <Suspense fallback={<Loading what="Loading the report" />}>
        {/* Who has waited for it is told, and brought to its beginning. */}
        {wasLive && (
          <p className="aloud" role="status" tabIndex={-1} ref={focusOnce}>
            The report is here.
          </p>
        )}
        <ReportView report={found.data} onward={<Onward report={found.data} view={view} />} />
      </Suspense>
    ) : (
      <Loading what="Loading the report" />
    )
  if (!isOver(view)) void loadReport()
  return (
    <>
      <h1>{title}</h1>
      <p className="muted">
        {engineTitle(view.engine)} · {view.quick ? "free run" : "counted attempt"} · handed in{" "}
        {momentOf(view.createdAt)}
      </p>
      <p className="aloud" role="status">
        {aloud}
      </p>
      <Live view={view} away={away} />
      <p className="small muted">
        You may leave this page and come back.{" "}
        <Link
          to="/questions/$question/work/$engine"
          params={{ question: view.question, engine: view.engine }}
          search={view.sitting ? { sitting: view.sitting } : {}}
        >
          Go on working on it
        </Link>{" "}
        · <Link to="/history">All your attempts</Link>
      </p>
    </>
  )
}
