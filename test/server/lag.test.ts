import { describe, expect, it } from "vitest"
import type { Report } from "../../graders/report.ts"
import { readExpected, readQuestion } from "../../prompts/load-question.ts"
import { readReferenceSubmission } from "../../server/commands/verify.ts"
import { holdQuickly } from "../support/held-to.ts"

const feed = await readQuestion("fan-out-feed")
const graded = async (reference: string, engine = "cassandra") =>
  holdQuickly(await readReferenceSubmission(feed, engine, reference), await readExpected(feed, engine, reference))

/** Mutations of a counted post by how many followers its author has, at the largest size. */
function mutationsOf({ evidence }: Report): Map<number, number> {
  const post = evidence!.stages.at(-1)!.work.find(({ operation }) => operation === "post")!
  return new Map(post.along!.map(({ at, counts }) => [at.followers, counts.mutations]))
}
const brokenOf = ({ evidence }: Report) =>
  evidence!.invariants.filter(({ broken }) => broken > 0).map(({ invariant }) => invariant)

describe("where a question permits a lag", () => {
  it("work that goes on after a reply is charged to its write, copy by copy, and is waited for", async () => {
    const report = await graded("right-outbox")
    expect(brokenOf(report)).toEqual([])
    // A row in the outbox, a copy for each follower, and the row taken out again.
    // Of five counted calls one may have met the last writes of a post before it (seen: 2 in 610).
    for (const [followers, mutations] of mutationsOf(report)) {
      expect(mutations).toBeGreaterThanOrEqual(followers + 2)
      expect(mutations).toBeLessThan(followers + 3)
    }
    const { visibility } = report.evidence!
    expect(visibility).toMatchObject({ looks: 40, unseen: 0 })
    expect(visibility!.atOnce).toBeLessThan(40)
    expect(visibility!.pauseMs).toBeGreaterThan(0)
  })

  it("a design that does all before its reply is given no time after it, and shows its writes at once", async () => {
    const report = await graded("adequate", "redis")
    expect(report.evidence!.visibility).toMatchObject({ looks: 40, unseen: 0, atOnce: 40, pauseMs: 0 })
  })

  it("what dies with its process after the reply is lost", async () => {
    expect(brokenOf(await graded("wrong-background"))).toContain("lost")
  })
})
