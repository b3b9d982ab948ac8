/** Reads a number with its unit as people write it: "two", "1.2 MB", "1,8 KB", "10k", "2 to 3", "12 x 200 bytes = 2.4 KB". Guesses nothing. */
import type { Assertion } from "./judgement.ts"

type Kind = Assertion["kind"]
export interface Figure {
  /** In `unit`; equal where it is one number. */
  low: number
  high: number
  unit: Assertion["unit"]
}

const WORDS: Record<string, number> = {
  ...{ no: 0, none: 0, zero: 0, one: 1, a: 1, an: 1, single: 1, once: 1, two: 2, both: 2, twice: 2, three: 3, four: 4 },
  ...{ five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12, thirteen: 13, fourteen: 14 },
  ...{ fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18, nineteen: 19, twenty: 20, thirty: 30, forty: 40 },
  ...{ fifty: 50, sixty: 60, seventy: 70, eighty: 80, ninety: 90 },
  ...{ kein: 0, keine: 0, null: 0, ein: 1, eine: 1, einen: 1, einer: 1, einem: 1, eins: 1, zwei: 2, drei: 3, vier: 4 },
  ...{ fünf: 5, sechs: 6, sieben: 7, acht: 8, neun: 9, zehn: 10, elf: 11, zwölf: 12 },
  ...{ cero: 0, ninguna: 0, uno: 1, un: 1, una: 1, dos: 2, tres: 3, cuatro: 4, cinco: 5, seis: 6, siete: 7, ocho: 8 },
  ...{ nueve: 9, diez: 10, doce: 12, deux: 2, trois: 3, quatre: 4, cinq: 5 },
}
const IDEOGRAPHS: Record<string, number> = {
  ...{ 零: 0, 一: 1, 二: 2, 两: 2, 兩: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9, 十: 10 },
}
const TIMES: Record<string, number> = {
  ...{
    k: 1e3,
    thousand: 1e3,
    tausend: 1e3,
    mil: 1e3,
    m: 1e6,
    million: 1e6,
    millions: 1e6,
    millionen: 1e6,
    millón: 1e6,
  },
  ...{
    millones: 1e6,
    bn: 1e9,
    billion: 1e9,
    千: 1e3,
    万: 1e4,
    萬: 1e4,
    百万: 1e6,
    hundred: 100,
    hundert: 100,
    cien: 100,
  },
}
const BYTES: Record<string, number> = {
  ...{ byte: 1, bytes: 1, b: 1, kb: 1e3, kilobyte: 1e3, kilobytes: 1e3, mb: 1e6, megabyte: 1e6, megabytes: 1e6 },
  ...{
    gb: 1e9,
    gigabyte: 1e9,
    gigabytes: 1e9,
    tb: 1e12,
    kib: 2 ** 10,
    mib: 2 ** 20,
    gib: 2 ** 30,
    tib: 2 ** 40,
    字节: 1,
  },
}
const MILLISECONDS: Record<string, number> = {
  ...{
    ms: 1,
    millisecond: 1,
    milliseconds: 1,
    millisekunden: 1,
    milisegundos: 1,
    毫秒: 1,
    us: 1e-3,
    µs: 1e-3,
    μs: 1e-3,
  },
  ...{
    microsecond: 1e-3,
    microseconds: 1e-3,
    s: 1e3,
    sec: 1e3,
    second: 1e3,
    seconds: 1e3,
    sekunde: 1e3,
    sekunden: 1e3,
  },
  ...{ segundo: 1e3, segundos: 1e3, 秒: 1e3 },
}

/** What a number of this kind counts where no unit says otherwise. */
const COUNTED: Partial<Record<Kind, Figure["unit"]>> = {
  "partitions-per-read": "partitions",
  "rows-per-read": "rows",
  "round-trips": "round trips",
  "writes-per-call": "rows",
  "item-count": "items",
  "largest-partition": "rows",
  throughput: "per second",
  cost: "currency",
}

/** What counts no rows: "one day of one user's events" bounds a partition and does not say how many rows are in it. */
const NO_SIZE =
  /^(?:hour|day|week|month|year|minute|stunde|tag|woche|monat|jahr|hora|día|dia|semana|mes|año|heure|jour|semaine|mois|小时|天|周|月|年|user|author|follower|nutzer|autor|usuario|seguidor|utilisateur|auteur|abonné|用户|作者|partition|bucket|shard|key|schlüssel|partición|clave|clé|分区|键)/iu

const ARTICLE = /^(?:an?|eine?|einen|einem|einer|una?)$/i

const NUMBER = String.raw`\d+(?:[.,'\u2019\u00a0 ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?`
const NUMBERS = new RegExp(
  `(?<number>${NUMBER})|(?<word>(?<![\\p{L}\\p{N}_])(?:${Object.keys(WORDS).join("|")})(?![\\p{L}\\p{N}_]))|(?<ideograph>[${Object.keys(IDEOGRAPHS).join("")}])`,
  "giu",
)

interface Read {
  value: number
  start: number
  end: number
  unit: { dimension: "bytes" | "ms"; factor: number } | null
  /** The word behind it, where that is no unit. */
  noun: string
  /** "1.200": a thousand and two hundred to some, a little more than one to others. */
  doubtful: boolean
  /** Written in words, not in digits. */
  words: boolean
  /** "a", "eine", "un": one, where nothing else is said. */
  article: boolean
}

/** "no more than 200" says nothing of zero. */
const NO_MORE_THAN = /\bno (?=(?:more|fewer|less|greater|larger|bigger) than\b)/giu

/** null: no number, or several of which none is plainly the one that is meant. */
export function readFigure(text: string, kind: Kind): Figure | null {
  if (kind === "complexity" || kind === "growth-class") return readPower(text)
  // Of a sum that is worked out, the result is what is asserted.
  const result = (/[=≈→]\s*([^=≈→]+)$/u.exec(text)?.[1] ?? text).replace(NO_MORE_THAN, "")
  const all = numbersOf(result)
  if (kind === "largest-partition" && all.every(({ unit, noun }) => unit === null && NO_SIZE.test(noun))) return null
  // "a range from two keys": an article is a number only where there is no other.
  const named = all.filter(({ article }) => !article)
  const numbers = named.length > 0 ? named : all
  if (numbers.length === 0) return null
  const [first, second] = numbers
  const isRange =
    numbers.length >= 2 &&
    /^\s*(?:[-–—]|to|and|or|bis|und|oder|a|y|o|bzw\.?|到|至|或)\s*$/iu.test(result.slice(endOf(first), second.start))
  const [low, high] = isRange ? [first, second] : [first, first]
  if (!isRange && numbers.length > 1 && new Set(numbers.map(({ value }) => value)).size > 1)
    return several(numbers, kind)
  return figure(low, high, kind)
}

const endOf = (read: Read): number => read.end

/** Of these "one, and two at midnight" says both ends; "one key of 6,000 elements" is not from one to 6,000. */
const RANGED = new Set<Kind>(["partitions-per-read", "round-trips", "writes-per-call"])
const WIDEST_RANGE = 20

/** More than one number without a word between them that makes a range: a unit that fits says which is meant; of two counts ("one, and two at midnight") both are. */
function several(numbers: Read[], kind: Kind): Figure | null {
  const wanted = kind === "largest-partition" ? "bytes" : kind === "latency" ? "ms" : null
  const fitting = numbers.filter(({ unit }) => unit?.dimension === wanted)
  if (wanted !== null && fitting.length > 0) return fitting.length === 1 ? figure(fitting[0], fitting[0], kind) : null
  const [a, b] = numbers
  const counted = numbers.length === 2 && !a.unit && !b.unit && RANGED.has(kind)
  return counted && Math.max(a.value, b.value) <= WIDEST_RANGE * Math.max(1, Math.min(a.value, b.value))
    ? figure(a, b, kind)
    : null
}

function figure(low: Read, high: Read, kind: Kind): Figure | null {
  if ([low, high].some(isUncertain)) return null
  // "2 to 3 ms": the unit stands behind the second number and is meant for both.
  const unit = high.unit ?? low.unit
  const factor = (read: Read) => ((read.unit ?? unit)?.factor ?? 1) * (read.doubtful && isOfBytes(read) ? 1000 : 1)
  const dimension: Figure["unit"] =
    unit === null ? (kind === "latency" ? "ms" : (COUNTED[kind] ?? "none")) : unit.dimension
  const [a, b] = [low.value * factor(low), high.value * factor(high)]
  return { low: Math.min(a, b), high: Math.max(a, b), unit: dimension }
}

/** Nobody has half a byte: "900.000 Bytes" are as many as they are written. */
const isOfBytes = ({ unit }: Read): boolean => unit?.dimension === "bytes" && unit.factor === 1

/** "1.200": of megabytes or milliseconds it is a fraction; of what is counted, or of kilobytes, nobody can tell. */
const isUncertain = ({ doubtful, unit }: Read): boolean =>
  doubtful && (unit === null || (unit.dimension === "bytes" && (unit.factor === 1e3 || unit.factor === 1024)))

/** Numbers of a text in their order, those of several words ("two hundred and fifty") as one. */
export function numbersOf(text: string): Read[] {
  const numbers: Read[] = []
  for (const next of singleNumbers(text)) {
    const before = numbers.at(-1)
    const whole = before && joined(before, next, text.slice(before.end, next.start))
    if (whole) numbers[numbers.length - 1] = whole
    else numbers.push(next)
  }
  return numbers
}

/** "twenty-five", "two hundred and fifty", "one thousand two hundred". null: two numbers. */
function joined(left: Read, right: Read, between: string): Read | null {
  if (left.unit !== null || !right.words || !left.words) return null
  const whole = { ...right, value: left.value + right.value, start: left.start, article: false }
  const isTens = left.value >= 20 && left.value < 100 && left.value % 10 === 0
  if (isTens && right.value > 0 && right.value < 10 && /^[\s-]$/u.test(between)) return whole
  const isScaled = left.value >= 100 && left.value % 100 === 0
  return isScaled && right.value > 0 && left.value % scaleAbove(right.value) === 0 && /^\s+(?:and\s+)?$/iu.test(between)
    ? whole
    : null
}

/** The least of a hundred, a thousand and a million that is above a number. */
const scaleAbove = (value: number): number => [100, 1e3, 1e6, 1e9].find((scale) => scale > value) ?? Number.NaN

function singleNumbers(text: string): Read[] {
  return [...text.matchAll(NUMBERS)].map((match) => {
    const { number, word, ideograph } = match.groups as Record<string, string | undefined>
    let value =
      number !== undefined ? numberOf(number) : word !== undefined ? WORDS[word.toLowerCase()] : IDEOGRAPHS[ideograph!]
    let end = match.index + match[0].length
    let scaled = false
    // Once more for "two hundred thousand".
    for (let more = 0; more < 2; more++) {
      const times = /^([\s\u00a0-]*)(\p{L}+)/u.exec(text.slice(end))
      const scale = times && scaleOf(times[2], number !== undefined && times[1] === "")
      if (!scale) break
      value *= scale.factor
      end += times[1].length + scale.length
      scaled = true
    }
    const behind = /^[\s\u00a0-]*([\p{L}µμ]+)/u.exec(text.slice(end))
    const unit = behind ? unitNamed(behind[1]) : null
    if (unit) end += behind![0].length
    return {
      value,
      start: match.index,
      end,
      unit,
      noun: unit ? "" : (behind?.[1] ?? ""),
      doubtful: number !== undefined && !scaled && /^[1-9]\d{0,2}\.\d{3}$/.test(number),
      words: word !== undefined,
      article: word !== undefined && !scaled && ARTICLE.test(word),
    }
  })
}

/** "10k", "3 million"; a lone "m" that does not stand right behind digits is no million. */
function scaleOf(word: string, behindDigits: boolean): { factor: number; length: number } | null {
  const name = word.toLowerCase()
  if (/^[km]$/.test(name) && !behindDigits) return null
  for (const scale of [name, word.slice(0, 2), word.slice(0, 1)])
    if (Object.hasOwn(TIMES, scale) && (scale === name || /\p{sc=Han}/u.test(scale)))
      return { factor: TIMES[scale], length: scale.length }
  return null
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
/** "n^0.9", "n²", "power of 0.9", "exponent 1.2", "hoch 0,9"; and of "O(1)", "O(n)" what they are by themselves ("O(k)" may be of a page, which stays). */
const EXPONENT = new RegExp(
  `(?:\\^|\\*\\*|(?:power|exponent|exponente|potencia|puissance|exposant|hoch|potenz|次方|指数)(?:\\s+(?:of|de|von))?)\\s*\\(?\\s*(?<number>\\d+(?:[.,]\\d+)?)|\\p{L}(?<raised>[${SUPERSCRIPTS}]+)|\\d+(?:[.,]\\d+)?(?=\\s*(?:次方|th power\\b|st power\\b|nd power\\b|rd power\\b))|O\\(\\s*(?<order>1|n)\\s*\\)`,
  "giu",
)

/** A power of growth. Any other number in such a sentence counts something else: null. */
function readPower(text: string): Figure | null {
  const powers = [...text.matchAll(EXPONENT)].map(({ 0: whole, groups }) => {
    const { number, raised, order } = groups as Record<string, string | undefined>
    if (raised !== undefined) return Number([...raised].map((digit) => SUPERSCRIPTS.indexOf(digit)).join(""))
    if (order !== undefined) return order === "1" ? 0 : 1
    return numberOf(number ?? whole)
  })
  if (powers.length === 0 || new Set(powers).size > 1) return null
  return { low: powers[0]!, high: powers[0]!, unit: "power" }
}

function unitNamed(word: string): Read["unit"] {
  const name = word.toLowerCase()
  if (Object.hasOwn(BYTES, name)) return { dimension: "bytes", factor: BYTES[name] }
  if (Object.hasOwn(MILLISECONDS, name)) return { dimension: "ms", factor: MILLISECONDS[name] }
  const ideographs = [...Object.entries(BYTES), ...Object.entries(MILLISECONDS)].find(
    ([unit]) => /\p{sc=Han}/u.test(unit) && word.startsWith(unit),
  )
  if (!ideographs) return null
  return { dimension: Object.hasOwn(BYTES, ideographs[0]) ? "bytes" : "ms", factor: ideographs[1] }
}

/** "1,000,000", "1.000.000", "1 000", "1.8", "1,8": a single separator before three digits stands for thousands, as it does in every language that has it. */
function numberOf(text: string): number {
  const separators = text.match(/[.,'\u2019\u00a0 ]/g) ?? []
  const last = separators.at(-1)
  const grouped = separators.length > 1 && separators.every((one) => one === separators[0])
  const thousands =
    grouped || (separators.length === 1 && /^[1-9]\d{0,2}[.,'\u2019\u00a0 ]\d{3}$/.test(text) && last !== ".")
  if (last === undefined) return Number(text)
  if (thousands) return Number(text.replace(/\D/g, ""))
  const at = text.lastIndexOf(last)
  return Number(`${text.slice(0, at).replace(/\D/g, "")}.${text.slice(at + 1)}`)
}
