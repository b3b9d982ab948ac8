import { expect, it } from "vitest"
import { enginesTable } from "../../../server/report/engine-tables.ts"
import { renderTerminal } from "../../../server/report/terminal.ts"
import { evidenceOf, gradeOf, referenceCounts } from "../../graders/made-up.ts"

const onRedis = structuredClone(referenceCounts)
for (const size of Object.values(onRedis.references.strong)) size.operations.lastDay.rows = 77

it("each engine's strong reference stands beside the other's, count by count", () => {
  const report = gradeOf(evidenceOf("weak"), { otherEngines: { redis: onRedis } })
  const table = enginesTable(report)!
  const column = table.head.indexOf("rows read")
  const read = Object.fromEntries(table.rows.map((row) => [row[0], row[column]]))
  expect(read["lastDay, redis"]).toBe(77)
  expect(read["lastDay, cassandra"]).toBe(
    Object.values(referenceCounts.references.strong).at(-1)!.operations.lastDay.rows,
  )
})

it("the terminal says that nothing is compared by time", () => {
  const report = gradeOf(evidenceOf("weak"), { otherEngines: { redis: onRedis } })
  expect(renderTerminal(report, { columns: 100, colour: false })).toMatch(/never compared across\s+engines/)
})

it("a question of one engine has no such table", () => {
  expect(enginesTable(gradeOf(evidenceOf("weak")))).toBeNull()
})
