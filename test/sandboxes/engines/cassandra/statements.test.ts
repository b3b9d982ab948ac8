/** How a schema text is read before the engine sees any of it. */
import { describe, expect, it } from "vitest"
import { planSchema } from "../../../../sandboxes/engines/cassandra/statements.ts"

const TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text)"

function planned(text: string) {
  const plan = planSchema(text)
  if (!plan.ok) throw new Error(plan.rejected.message)
  return plan
}
function refused(text: string) {
  const plan = planSchema(text)
  if (plan.ok) throw new Error("the schema was taken")
  return plan.rejected
}

describe("a schema is split into statements", () => {
  it("at semicolons outside strings, names and comments", () => {
    const { statements } = planned(
      `-- first; comment\n${TABLE} WITH comment = 'a;b''c;d';\n// second; one\n/* third;\n lines; */ CREATE TYPE "x;y" (a int);\nCREATE TABLE u (id int PRIMARY KEY) WITH comment = $$p;q$$`,
    )
    expect(statements.map(({ text }) => text.split(" ").slice(0, 3).join(" "))).toEqual([
      "CREATE TABLE t",
      'CREATE TYPE "x;y"',
      "CREATE TABLE u",
    ])
    expect(statements.map(({ line }) => line)).toEqual([2, 5, 6])
  })

  it("and an open string, name or comment is named with its line", () => {
    expect(refused(`${TABLE};\n\nCREATE TABLE u (id 'int`)).toMatchObject({ line: 3, message: /string/ })
    expect(refused(`${TABLE};\n/* no end`)).toMatchObject({ line: 2, message: expect.stringContaining("comment") })
  })
})

describe("a pasted schema works", () => {
  it("with CREATE KEYSPACE, USE and qualified names", () => {
    const { statements, notes } = planned(
      "CREATE KEYSPACE IF NOT EXISTS shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3};\nUSE shop;\nCREATE TABLE shop.t (id int PRIMARY KEY, a frozen<shop.address>);",
    )
    expect(statements).toHaveLength(1)
    expect(statements[0]!.text).not.toContain("shop")
    expect(statements[0]).toMatchObject({ line: 3, creates: "t" })
    expect(notes).toHaveLength(3)
  })

  it("with table properties that a run leaves at their defaults", () => {
    const { statements, notes } = planned(
      `${TABLE} WITH caching = {'keys': 'ALL'} AND CLUSTERING ORDER BY (c DESC)\n AND read_repair = 'NONE' AND default_time_to_live = 60\n AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'HOURS', 'min_threshold': '2'} AND comment = '${"x".repeat(300)}'`,
    )
    const { text } = statements[0]!
    expect(text.replace(/\s+/g, " ").trim()).toBe(
      `${TABLE} WITH CLUSTERING ORDER BY (c DESC) AND default_time_to_live = 60 AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'HOURS'}`,
    )
    expect(text.split("\n")).toHaveLength(3)
    expect(notes.join("\n")).toMatch(/caching[\s\S]*read_repair[\s\S]*min_threshold[\s\S]*comment/)
  })
})

describe("a schema is refused with a sentence that says why", () => {
  it.each([
    ["CREATE MATERIALIZED VIEW v AS SELECT * FROM t", /views/],
    ["CREATE OR REPLACE FUNCTION f (a int) RETURNS int LANGUAGE java AS $$ return 1; $$", /Functions/],
    ["CREATE CUSTOM INDEX ON t (v) USING 'org.apache.cassandra.index.sasi.SASIIndex'", /SASI/],
    ["CREATE CUSTOM INDEX ON t (v) USING 'com.example.Mine'", /not offered/],
    ["CREATE TRIGGER x ON t USING 'X'", /triggers/],
    ["CREATE ROLE me", /Roles/],
    ["GRANT ALL ON ALL KEYSPACES TO me", /Roles/],
    ["DROP KEYSPACE system_auth", /other keyspaces/],
    ["DROP TABLE system_auth.roles", /another keyspace/],
    ["CREATE TABLE other.t (id int PRIMARY KEY)", /another keyspace/],
    ["INSERT INTO t (id) VALUES (1)", /no data/],
    ["BEGIN BATCH INSERT INTO t (id) VALUES (1); APPLY BATCH", /no data/],
    ["CONSISTENCY QUORUM", /cqlsh/],
  ])("%s", (statement, words) => {
    expect(refused(`${TABLE};\n${statement};`)).toMatchObject({
      line: 2,
      stage: "schema",
      message: expect.stringMatching(words),
    })
  })

  it("when it is too large, has too many tables, or none", () => {
    expect(refused(`${TABLE}; --${"x".repeat(10_000_000)}`).message).toMatch(/at most 262144/)
    const many = Array.from({ length: 41 }, (_, index) => `CREATE TABLE t${index} (id int PRIMARY KEY);`).join("\n")
    expect(refused(many)).toMatchObject({ line: 41, message: expect.stringMatching(/at most 40/) })
    expect(refused("-- nothing").message).toMatch(/no table/)
  })
})
