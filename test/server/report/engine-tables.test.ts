import { expect, it } from "vitest"
import { enginesTable } from "../../../server/report/engine-tables.ts"
import { renderTerminal } from "../../../server/report/terminal.ts"
import { evidenceOf, gradeOf, referenceCounts } from "../../graders/made-up.ts"

const strong = referenceCounts.references.strong
const onRedis = structuredClone(strong)
for (const size of Object.values(onRedis)) size.operations.lastDay.rows = 77
const engines = [
  { engine: "cassandra", stages: strong },
  { engine: "redis", stages: onRedis },
]

it("each engine's strong reference stands beside the other's, count by count", () => {
  const report = gradeOf(evidenceOf("weak"), { engines })
  const table = enginesTable(report)!
  const column = table.head.indexOf("rows read")
  const read = Object.fromEntries(table.rows.map((row) => [row[0], row[column]]))
  expect(read["lastDay, redis"]).toBe(77)
  expect(read["lastDay, cassandra"]).toBe(Object.values(strong).at(-1)!.operations.lastDay.rows)
})

it("the terminal says that nothing is compared by time", () => {
  const report = gradeOf(evidenceOf("weak"), { engines })
  expect(renderTerminal(report, { columns: 100, colour: false })).toMatch(/never compared across\s+engines/)
})

it("a question of one engine has no such table", () => {
  expect(enginesTable(gradeOf(evidenceOf("weak")))).toBeNull()
})
