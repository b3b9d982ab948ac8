/** The report as `--json` writes it. */
import { type Report, ReportSchema } from "../../graders/report.ts"

/** Goes through the schema first, so that the same report is the same bytes whether it was just made or read from a file. */
export const reportJson = (report: Report): string => `${JSON.stringify(ReportSchema.parse(report), null, 1)}\n`
