/** A statement that the engine refuses to prepare unless filtering is allowed: the engine's own word is the authority. */
import { count } from "../figures.ts"
import { lastStage, workOf } from "../measured.ts"
import { dearCalls, placeOf, type Rule, readsAmong, senders, tableOf } from "./rule.ts"

export const allowFiltering: Rule = {
  rule: "allow-filtering",
  title: "A query filters what it reads",
  kind: "cause",
  remedy:
    "ALLOW FILTERING makes the engine read rows and throw most of them away. Start from the question that the query asks, and choose a key under which exactly its rows lie together; if two queries need two orders, write the data twice.",
  find: (measured) =>
    measured.evidence.statements
      .filter((statement) => statement.filtering !== null)
      .map((statement) => {
        const stage = lastStage(measured.evidence)
        const read = readsAmong(measured, statement.operations)
          .map((name) => workOf(stage, name))
          .filter((work) => work?.counts.rows !== undefined)
          .map(
            (work) =>
              ` ${work!.operation} reads ${count(work!.counts.rows!, "row")} to return ${count(work!.returned, "element")} at ${stage!.label}.`,
          )
        return {
          place: placeOf(statement),
          line: tableOf(measured, statement)?.line,
          evidence: `With filtering off the engine refuses this statement of ${senders(statement)}: "${statement.filtering}".${read.join("")}`,
          explains: dearCalls(...statement.operations),
        }
      }),
}
