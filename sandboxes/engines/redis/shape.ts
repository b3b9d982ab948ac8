/**
 * The shape of a command: its name and the patterns of its keys, `ZADD user:*:*`. Commands of one shape are one statement of the design. A text
 * says all that is later asked about it: whether everything under a key is read, and whether what is old is cut off.
 */
import { createHash } from "node:crypto"
import { getKeyIndexes } from "@ioredis/commands"
import type { StatementFact } from "../../evidence.ts"
import { OTHER_STATEMENTS } from "../engine.ts"
import { patternOf } from "./patterns.ts"

const NOTHING = Buffer.alloc(0)
const MOST_KEYS = 3
const MOST_SCRIPTS = 1_000
const ALL = "(all)"
const CUT = "(cut)"
const SUBCOMMANDS = new Set(["XGROUP", "XINFO", "OBJECT", "CLIENT", "SCRIPT"])

/**
 * Commands that a script names, by its digest. A script is sent once and afterwards called by its digest alone, by other connections and
 * processes as well: that is why this lives as long as the driver, which runs one pod.
 */
const scripts = new Map<string, string[]>()

export function shapeOf(args: readonly Buffer[]): string {
  const words = wordsOf(args)
  const name = words[0]!.toUpperCase()
  if (name === "SCRIPT" && words[1]?.toUpperCase() === "LOAD") remember(args[2])
  if (SUBCOMMANDS.has(name)) return [name, words[1]?.toUpperCase() ?? "", ...patternsOf(words)].join(" ").trim()
  if (/^EVAL/.test(name)) return scriptShape(name, args, words)
  const marks = [isWhole(name, words) ? ALL : "", cuts(name, words) ? CUT : ""].filter((mark) => mark !== "")
  return [name, ...patternsOf(words), ...marks].join(" ")
}

function scriptShape(name: string, args: readonly Buffer[], words: string[]): string {
  const digest = name.startsWith("EVALSHA") ? (words[1] ?? "").toLowerCase() : remember(args[1])
  const inside = scripts.get(digest) ?? []
  return [`SCRIPT ${digest.slice(0, 8)} [${inside.join(" ")}]`, ...patternsOf(words)].join(" ")
}

function remember(source: Buffer = NOTHING): string {
  const digest = createHash("sha1").update(source).digest("hex")
  if (scripts.has(digest) || scripts.size >= MOST_SCRIPTS) return digest
  const named = source.toString("utf8").matchAll(/redis\.p?call\s*\(\s*['"](\w+)['"]/g)
  scripts.set(digest, [...new Set([...named].map((match) => match[1]!.toUpperCase()))])
  return digest
}

/** Patterns of the keys, each once. */
const patternsOf = (words: string[]): string[] => [...new Set(namedIn(words).map(patternOf))].slice(0, MOST_KEYS)

/** Keys that a command names, by their first 512 bytes. */
export const keysOf = (args: readonly Buffer[]): string[] => namedIn(wordsOf(args))

const wordsOf = (args: readonly Buffer[]): string[] =>
  args.map((arg) => arg.toString("utf8", 0, Math.min(arg.length, 512)))

function namedIn([name, ...rest]: string[]): string[] {
  let indexes: number[]
  try {
    indexes = getKeyIndexes(name!.toLowerCase(), rest) as number[]
  } catch {
    // No command of Redis, or not the arguments that it takes: the server says so.
    return []
  }
  return indexes.flatMap((index) => (rest[index] === undefined ? [] : [rest[index]]))
}

const WHOLE = new Set(["HGETALL", "HKEYS", "HVALS", "SMEMBERS", "SORT", "SORT_RO", "SUNION", "SINTER", "SDIFF"])

function isWhole(name: string, words: string[]): boolean {
  if (WHOLE.has(name)) return true
  if (["LRANGE", "ZRANGE", "ZREVRANGE"].includes(name)) return words[2] === "0" && words[3] === "-1"
  if (["XRANGE", "XREVRANGE"].includes(name))
    return words.length === 4 && /^[-+]$/.test(words[2]!) && /^[-+]$/.test(words[3]!)
  const ends = /^[-+]inf$/i
  return (
    /^Z(REV)?RANGEBYSCORE$/.test(name) && ends.test(words[2] ?? "") && ends.test(words[3] ?? "") && !has(words, "LIMIT")
  )
}

const CUTTING = new Set(["LTRIM", "XTRIM", "ZREMRANGEBYRANK", "ZREMRANGEBYSCORE", "ZREMRANGEBYLEX", "ZPOPMIN"])

const cuts = (name: string, words: string[]): boolean =>
  CUTTING.has(name) || (name === "XADD" && (has(words, "MAXLEN") || has(words, "MINID")))

const has = (words: string[], wanted: string): boolean => words.some((word) => word.toUpperCase() === wanted)

const READING =
  /^(GET|MGET|STRLEN|GETRANGE|SUBSTR|LCS|GETBIT|BIT(COUNT|POS|FIELD_RO)|PFCOUNT|H(GET|MGET|GETALL|KEYS|VALS|LEN|STRLEN|EXISTS|RANDFIELD|SCAN)|L(LEN|RANGE|INDEX|POS)|S(CARD|ISMEMBER|MISMEMBER|MEMBERS|RANDMEMBER|SCAN|INTER|INTERCARD|UNION|DIFF|ORT_RO)|Z(SCORE|MSCORE|CARD|COUNT|LEXCOUNT|RANK|REVRANK|RANGE|REVRANGE|RANGEBYSCORE|REVRANGEBYSCORE|RANGEBYLEX|REVRANGEBYLEX|RANDMEMBER|SCAN|INTER|INTERCARD|UNION|DIFF)|GEO(POS|HASH|DIST|SEARCH)|X(LEN|RANGE|REVRANGE|READ|PENDING|INFO)|EXISTS|TTL|PTTL|TYPE|EXPIRETIME|PEXPIRETIME|KEYS|SCAN|DBSIZE|RANDOMKEY|SORT)$/
const REMOVING = /^(DEL|UNLINK|HDEL|LPOP|RPOP|LMPOP|LREM|SREM|SPOP|ZREM|ZPOPMIN|ZPOPMAX|ZMPOP|XDEL|GETDEL)$/
const NEITHER = /^(SCRIPT|MULTI|EXEC|DISCARD|WATCH|UNWATCH|PUBLISH|P?(UN)?SUBSCRIBE|TIME|ECHO)$/

/** Of whatever there is beyond what is told apart, nothing is known. */
const factsOfOthers: StatementFact = {
  text: OTHER_STATEMENTS,
  kind: "other",
  table: null,
  filtering: null,
  conditional: false,
  ttl: null,
  whole: false,
  trims: false,
  in: null,
  operations: [],
}

/** What a shape's text says. */
export function factsOf(text: string): StatementFact {
  if (text === OTHER_STATEMENTS) return factsOfOthers
  const { name, inside, keys, marks } =
    /^(?<name>\S+)(?: \w{8} \[(?<inside>[^\]]*)\])?(?<keys>.*?)(?<marks>(?: \((?:all|cut)\))*)$/.exec(text)!
      .groups as Record<string, string>
  const named = inside === undefined ? [] : inside.split(" ")
  const tables = keys!.split(" ").filter((key) => key !== "")
  return {
    text,
    kind: NEITHER.test(name!) ? "other" : READING.test(name!) ? "select" : REMOVING.test(name!) ? "delete" : "insert",
    table: tables[0] ?? null,
    ...(tables.length > 1 && { tables }),
    filtering: null,
    conditional: false,
    ttl: null,
    whole: marks!.includes(ALL) || named.some((one) => WHOLE.has(one)),
    trims: marks!.includes(CUT) || named.some((one) => CUTTING.has(one)),
    in: null,
    operations: [],
  }
}
