/** Submissions as different people would hand them in, none of them like a reference: the report must say of each what an expert says. */
import { readdirSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { listQuestions, readExpectedIn, readQuestion } from "../../prompts/load-question.ts"
import { readSubmission } from "../../sandboxes/read-submission.ts"
import { settings } from "../../server/settings.ts"
import { ROOT } from "../support/grading.ts"
import { holdInFull, holdQuickly } from "../support/held-to.ts"

const SUBMISSIONS = resolve(ROOT, "test/submissions")
/** Graded in every run of the suite; the others with --full alone. */
const ALWAYS_QUICKLY = new Set([
  "clickstream/redis-append-log",
  "clickstream/redis-streams-by-own-ids",
  "clickstream/cassandra-shards-by-day",
  "fan-out-feed/redis-ordered-by-letters",
  "fan-out-feed/redis-unfollow-forgets-the-famous",
  "fan-out-feed/cassandra-followers-in-buckets",
])

for (const question of readdirSync(SUBMISSIONS))
  describe(`varied submissions to ${question}`, () => {
    const names = readdirSync(resolve(SUBMISSIONS, question))
    const folderOf = (name: string) => resolve(SUBMISSIONS, question, name)

    it("are twelve at least, for each of the question's engines some, and half of them good", async () => {
      expect(await listQuestions()).toContain(question)
      const { engines } = (await readQuestion(question)).question
      for (const engine of engines)
        expect(names.filter((name) => name.startsWith(`${engine}-`)).length).toBeGreaterThan(3)
      const expected = await Promise.all(names.map((name) => readExpectedIn(folderOf(name))))
      const good = expected.filter(({ band }) => band === "strong" || band === "adequate")
      expect(names.length).toBeGreaterThanOrEqual(12)
      expect(good.length / names.length).toBeGreaterThanOrEqual(0.4)
    })

    for (const name of names) {
      const hold = settings().full ? holdInFull : ALWAYS_QUICKLY.has(`${question}/${name}`) ? holdQuickly : null
      if (!hold) continue
      const what = settings().full
        ? "gets the band and the findings that an expert gives it"
        : "breaks what it must alone"
      it(`${name} ${what}`, async () => {
        const read = await readSubmission(folderOf(name))
        if (!read.ok) throw new Error(read.rejected.message)
        await hold(read.submission, await readExpectedIn(folderOf(name)))
      })
    }
  })
