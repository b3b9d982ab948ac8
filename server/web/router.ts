/** All routes of the contract with their code: what is missing does not compile. */
import { api } from "./context.ts"
import { account } from "./routes/account.ts"
import { admin } from "./routes/admin.ts"
import { drafts } from "./routes/drafts.ts"
import { interviews, sittings } from "./routes/interviews.ts"
import { invitations, organisations } from "./routes/organisations.ts"
import { questions } from "./routes/questions.ts"
import { rubrics } from "./routes/rubrics.ts"
import { samples } from "./routes/samples.ts"
import { submissions } from "./routes/submissions.ts"

export const router = api.router({
  account,
  questions,
  drafts,
  submissions,
  samples,
  organisations,
  invitations,
  interviews,
  sittings,
  rubrics,
  admin,
})
