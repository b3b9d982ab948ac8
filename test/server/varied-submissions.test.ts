/** Submissions as different people would hand them in, none of them like a reference: the report must say of each what an expert says. */
import { readdirSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { listQuestions, readExpectedIn, readQuestion } from "../../prompts/load-question.ts"
import type { Expected } from "../../prompts/question.ts"
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
])

/** Where the report is kinder than the expert, the band that it gives, and why. Whoever mends it finds the entry by a red test, and takes it out. */
const KINDER = new Map<string, { band: Expected["band"]; because: string }>([
  [
    "clickstream/cassandra-filter-in-the-program",
    {
      band: "adequate",
      because: "work, position and budget are judged after four weeks, growth alone after three years",
    },
  ],
  [
    "fan-out-feed/cassandra-whole-inbox",
    { band: "adequate", because: "no criterion looks along the number of posts, and the trial has few of them" },
  ],
])

for (const question of readdirSync(SUBMISSIONS))
  describe(`varied submissions to ${question}`, () => {
    const names = readdirSync(resolve(SUBMISSIONS, question))
    const folderOf = (name: string) => resolve(SUBMISSIONS, question, name)

    it("are twelve at least, some for each engine, and many of them good", async () => {
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
      const kinder = KINDER.get(`${question}/${name}`)
      const read = async () => {
        const submission = await readSubmission(folderOf(name))
        if (!submission.ok) throw new Error(submission.rejected.message)
        const expected = await readExpectedIn(folderOf(name))
        return [submission.submission, kinder ? { ...expected, band: kinder.band } : expected] as const
      }
      const title = kinder
        ? `${name} is called ${kinder.band}, better than an expert calls it, because ${kinder.because}`
        : `${name} gets the band and the findings that an expert gives it`
      if (settings().full) it(title, async () => holdInFull(...(await read())))
      else if (ALWAYS_QUICKLY.has(`${question}/${name}`))
        it(`${name} breaks nothing but what it says, at the two smallest sizes`, async () =>
          holdQuickly(...(await read())))
    }
  })
