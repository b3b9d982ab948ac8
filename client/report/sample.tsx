/** A finished report of nobody's, for whoever wants to know what they would get. */
import { useQuery } from "@tanstack/react-query"
import { Link, useParams } from "@tanstack/react-router"
import { sampleReport } from "../api/queries.ts"
import { Loading } from "../frame/loading.tsx"
import { Problem } from "../frame/problem.tsx"
import { useTitle } from "../frame/title.ts"
import { ReportView } from "./report.tsx"

export function SamplePage() {
  const { submission: id } = useParams({ from: "/samples/$submission" })
  const { data, error } = useQuery(sampleReport(id))
  useTitle(data ? `Sample report: ${data.questionTitle}` : "")
  if (error && !data) return <Problem error={error} />
  if (!data) return <Loading what="Loading the report" />
  return (
    <ReportView
      report={data}
      onward={
        <p className="note says">
          A sample: a first design of nobody's, really run and graded on this installation. Your own report has the same
          parts.{" "}
          <Link to="/questions/$question" params={{ question: data.question }}>
            Do better
          </Link>
        </p>
      }
    />
  )
}
