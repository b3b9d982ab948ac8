/** What is added to an engine's or a runtime's own words, by messages as they came. */
import { expect, it } from "vitest"
import { adviceOn } from "../../../server/report/advice.ts"

it.each([
  [
    "lastDay failed on every call: it threw: Cannot execute this query as it might involve data filtering and thus may have unpredictable performance. If you want to execute this query despite the performance unpredictability, use ALLOW FILTERING",
    /belongs into the primary key/,
  ],
  ["it threw: redis.smembers is not a function or its return value is not iterable", /await missing/],
  ["it threw: object is not iterable (cannot read property Symbol(Symbol.iterator))", /await missing/],
  ["it threw: users is not defined", null],
  ["Undefined column name at in table events", null],
])("%s", (message, advice) => {
  if (advice === null) expect(adviceOn(message)).toBeNull()
  else expect(adviceOn(message)).toMatch(advice)
})
