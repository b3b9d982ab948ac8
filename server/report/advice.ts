/** What a candidate may want to know beside an engine's or a runtime's own words for why something did not work: these are right, and lead astray. */

const ADVICE: [seen: RegExp, advice: string][] = [
  [
    /ALLOW FILTERING/,
    "With ALLOW FILTERING the engine reads rows to throw most of them away. What a query fixes, limits or orders by belongs into the primary key instead: the partition key is fixed by =, a range or an order is on the column after those that are fixed.",
  ],
  [
    /is not a function or its return value is not iterable|object is not iterable|is not async iterable|\[object Promise\]/,
    "Each call of the engine gives a promise: is an await missing before it?",
  ],
]

/** null: its own words will do. */
export const adviceOn = (message: string): string | null => ADVICE.find(([seen]) => seen.test(message))?.[1] ?? null
