/**
 * Finished reports that anybody may look at before handing anything in: submissions of a person who is nobody and can never sign in, run and graded like
 * everybody's, after everybody's.
 */
import { and, desc, eq } from "drizzle-orm"
import type { Database } from "./database.ts"
import type { ListedSubmission } from "./submissions.ts"
import { person, submission } from "./tables.ts"

/** Has no password and no address that mail reaches: there is no way in. */
const SAMPLE = { id: "sample", name: "Sample", email: "sample@proofrun.invalid" }

export async function samplePerson(db: Database): Promise<string> {
  await db.insert(person).values(SAMPLE).onConflictDoNothing()
  return SAMPLE.id
}

export async function listSamples(db: Database): Promise<ListedSubmission[]> {
  return db.query.submission.findMany({
    columns: { content: false },
    where: eq(submission.person, SAMPLE.id),
    orderBy: desc(submission.createdAt),
    limit: 20,
  })
}

export async function isSample(db: Database, id: string): Promise<boolean> {
  const [row] = await db
    .select({ id: submission.id })
    .from(submission)
    .where(and(eq(submission.id, id), eq(submission.person, SAMPLE.id)))
  return row !== undefined
}
