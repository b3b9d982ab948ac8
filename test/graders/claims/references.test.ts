import { describe, expect, it } from "vitest"
import type { Claim } from "../../../graders/claims/claim.ts"
import { compareClaims } from "../../../graders/claims/compare.ts"
import type { Assertion } from "../../../graders/judge/judgement.ts"
import { judgeProse } from "../../../graders/kinds/table.ts"
import { type GoldAnswer, readGoldAnswers } from "../../../prompts/gold.ts"
import { judgementOf, quoteIn } from "../made-up-judgement.ts"
import { countedReference } from "./counted-references.ts"

const assertionsOf = ({ answer, gold }: GoldAnswer): Assertion[] =>
  gold.claims.map(({ quote, ...claim }) => ({ ...claim, quote: quoteIn(answer, quote), percentile: null }))

/** What the gold answer in this folder claims, held against the counts of a reference. */
async function held(id: string, engine: string, reference: string, name = `references/${engine}/${reference}`) {
  const { loaded, measured } = await countedReference(id, engine, reference)
  const answer = (await readGoldAnswers(loaded)).find((one) => one.name === name)!
  const assertions = assertionsOf(answer)
  const claims = compareClaims(assertions, measured)
  const slots = loaded.rubric.criteria.flatMap((one) =>
    one.kind === "claim"
      ? [
          {
            id: one.id,
            ...judgeProse(one, {
              judgement: judgementOf([], assertions),
              marks: [],
              findings: new Map(),
              claims,
              contradictedSlots: new Map(),
              unscored: null,
            }),
          },
        ]
      : [],
  )
  return { claims, slots: Object.fromEntries(slots.map((slot) => [slot.id, slot.points])) }
}

const wrong = (claims: Claim[]) => claims.filter(({ verdict }) => verdict === "contradicted").map((one) => one.sentence)

describe("what the references' answers claim of themselves", () => {
  it.each([
    ["clickstream", "cassandra", { "claim-partitions": 2, "claim-largest": 2, "claim-writes": 1 }],
    ["clickstream", "redis", { "claim-partitions": 2, "claim-largest": 2, "claim-writes": 1 }],
    ["fan-out-feed", "cassandra", { "claim-writes": 2, "claim-partitions": 2, "claim-growth": 1 }],
    ["fan-out-feed", "redis", { "claim-writes": 2, "claim-partitions": 2, "claim-growth": 1 }],
  ] as const)("%s, %s: the strong and the adequate ones are borne out by the counts", async (id, engine, full) => {
    for (const reference of ["strong", "adequate"]) {
      const { claims, slots } = await held(id, engine, reference)
      expect(wrong(claims)).toEqual([])
      expect(slots).toEqual(full)
    }
  })

  it.each(["three-sentences", "german"])(
    "fan-out-feed: what %s says of a post's writes is true of the strong design",
    async (name) => {
      const { slots } = await held("fan-out-feed", "cassandra", "strong", `answers/${name}`)
      expect(slots["claim-writes"]).toBe(2)
    },
  )

  it.each([
    ["clickstream", "cassandra"],
    ["clickstream", "redis"],
    ["fan-out-feed", "cassandra"],
    ["fan-out-feed", "redis"],
  ])("%s, %s: the weak ones claim nothing and get nothing", async (id, engine) => {
    const { slots } = await held(id, engine, "weak")
    expect(Object.values(slots)).toEqual([0, 0, 0])
  })

  it.each([
    ["clickstream", "cassandra", "weak", "claim-partitions"],
    ["clickstream", "redis", "weak", "claim-partitions"],
    ["fan-out-feed", "cassandra", "weak", "claim-partitions"],
    ["fan-out-feed", "cassandra", "weak", "claim-growth"],
    ["fan-out-feed", "redis", "adequate", "claim-writes"],
    ["fan-out-feed", "cassandra", "adequate", "claim-writes"],
  ])("%s, %s: the strong answer over the %s design is contradicted in %s", async (id, engine, design, slot) => {
    const { slots } = await held(id, engine, design, `references/${engine}/strong`)
    expect(slots[slot]).toBe(0)
  })

  it("takes the largest partition of an unbounded design for what it becomes, not for what it is", async () => {
    const { claims } = await held("clickstream", "cassandra", "adequate", "references/cassandra/strong")
    expect(wrong(claims).join()).toMatch(/Said: bounded\. Measured: the largest partition grows from .* at 1,000 days/)
  })
})
