/**
 * Text in an answer that looks as if it spoke to whoever marks it. Shown to people; no score depends on it. What cannot be told from an honest answer by
 * its form is not looked for here: no credit without a quote, and a person, are for that.
 */
import type { Quote, Steering } from "./judgement.ts"

const MARKER =
  "(?:grader|marker|judge|examiner|evaluator|reviewer|assessor|language model|llm|ai (?:model|assistant|grader)|assistant)"
const VERDICT = "(?:met|satisfied|fulfilled|passed|correct)"

/** By family; matched against the answer with invisible characters shown as they are. Each must be rare in honest answers. */
const FAMILIES: [family: string, pattern: RegExp][] = [
  [
    "orders to ignore",
    // "Ignore the instructions in the manual" is an honest sentence; the rubric is nobody's to ignore.
    /\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:(?:previous|prior|above|earlier|preceding|all|your|any|these)\b[^.\n]{0,40}\b(?:instructions?|prompts?|rubrics?|criteria|directives?|statements to (?:judge|mark))|the (?:rubric|criteria|statements to (?:judge|mark)))\b/gi,
  ],
  [
    "orders to ignore, in another language",
    /\b(?:ignorier\w*|vergiss|missacht\w*)\b[^.\n]{0,60}\b(?:anweisung\w*|vorgaben|bewertungskriterien|regeln oben)|\b(?:ignor[ae]|olvida|omite)\b[^.\n]{0,60}\binstrucciones\b|\b(?:ignore[zr]?|oublie[zr]?)\b[^.\n]{0,60}\b(?:instructions|consignes) (?:pr[ée]c[ée]dentes|ci-dessus)|(?:忽略|无视|忘记)[^。\n]{0,20}(?:指令|指示|规则|提示|标准)|(?:игнорируй|забудь|проигнорируй)[^.\n]{0,60}(?:инструкци|указани)|(?:無視|忘れ)[^。\n]{0,20}(?:指示|命令)|(?:指示|命令)[^。\n]{0,10}無視/giu,
  ],
  [
    "speaks to the marker",
    new RegExp(
      `\\b(?:dear|attention|note to|message (?:to|for)|to the|as (?:an? |the )?|you are (?:now )?(?:an? |the )?)\\s?${MARKER}\\b[^.\\n]{0,80}\\b(?:mark|score|grade|award|give|must|should|verdict|met|points?|credit)\\b|\\b(?:please )?(?:mark|grade|score|rate|award|give) (?:this|the|my|it|me|all|every|each)\\b[^.\\n]{0,40}\\b(?:as met|met|full (?:marks|points|credit|score)|maximum|highest|top (?:marks|score)|perfect)\\b`,
      "gi",
    ),
  ],
  [
    "repeats a verdict",
    new RegExp(
      `["'\`]?verdict["'\`]?\\s*[:=]\\s*["'\`]?${VERDICT}\\b|\\b(?:all|every|each of the)\\s+(?:\\w+\\s+){0,2}(?:criteria|criterion|statements?)\\s+(?:is|are|were|has been|have been)\\s+${VERDICT}\\b|\\b(?:score|grade|mark)s?\\s*[:=]\\s*\\d+\\s*(?:\\/|of|out of)\\s*\\d+`,
      "gi",
    ),
  ],
  [
    "forged marks",
    // A tag of that name within a line, and "System: three nodes", are an honest answer's.
    /[⟦⟧]|<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[\/?INST\]|<\/?(?:system|candidate_answer|instructions?)>|<\/answer>(?=\s*(?:<|$))|^#{1,3} *(?:the (?:answer|statements|question)|end of (?:the )?answer|system|instructions?(?: to the \w+)?)\s*$|^(?:system|assistant|user)\s*:\s(?=.*\b(?:met|verdicts?|statements?|rubrics?|marks?|grades?|ignore|instructions|quotes?)\b)/gim,
  ],
  [
    "claims authority",
    /\b(?:openai|anthropic|google|the (?:mentor|examiner|recruiter|hiring manager|administrator|admin|developers?)|proofrun(?: staff| team)?)\b[^.\n]{0,60}\b(?:approved|authori[sz]ed|confirmed|decided|instructs?|requires?|already (?:graded|marked|accepted))\b|\b(?:already|previously) (?:been )?(?:graded|marked|approved|verified) (?:by|as)\b|\b(?:admin|developer|debug|maintenance|test) (?:mode|override)\b/gi,
  ],
  [
    "claims evidence about itself",
    /\b(?:this|the|my) (?:answer|submission|response)\b[^.\n]{0,40}\b(?:meets|fulfils|fulfills|satisfies|addresses)\b[^.\n]{0,20}\b(?:all|every|each)\b[^.\n]{0,20}\b(?:criteri(?:a|on)|statements?|points?|requirements of the rubric|rubric)\b/gi,
  ],
  [
    "hidden characters",
    /(?:[\u200B-\u200F\u2060-\u2064\uFEFF]\s*){4,}|[\u202A-\u202E\u2066-\u2069]|(?:\uDB40[\uDC00-\uDC7F])+/g,
  ],
]

/** The whole answer is no more than what a reasoning begins with: it alone makes some models say "met". */
const MASTER_KEY = /^(?:thought process|let'?s (?:think|solve)[^.\n]*|solution|reasoning|answer)?\s*[:.]?$/i
const LONGEST_MASTER_KEY = 200

/** Words in which letters of two alphabets that look alike are mixed. */
const WORDS = /\p{L}{3,}/gu
const LOOKALIKES = /[\u0430\u0435\u043E\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u03BF\u03B1]/i

const BASE64 = /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{24,}={0,2}(?![A-Za-z0-9+/=])/g
const MOST_OF_A_FAMILY = 5

/** In the order in which they stand; at most five of a family. */
export function findSteering(answer: string): Steering[] {
  const found = FAMILIES.flatMap(([family, pattern]) => matches(answer, pattern).map((quote) => ({ family, quote })))
  const mixed = matches(answer, WORDS, (word) => /[a-z]/i.test(word) && LOOKALIKES.test(word))
  const encoded = matches(answer, BASE64, hidesText)
  return [
    ...found,
    ...mixed.map((quote) => ({ family: "lookalike letters", quote })),
    ...encoded.map((quote) => ({ family: "encoded text", quote })),
    ...masterKey(answer),
  ].sort((a, b) => a.quote.start - b.quote.start)
}

function masterKey(answer: string): Steering[] {
  const said = answer.trim()
  // An empty answer has no text to point at.
  if (answer === "" || said.length > LONGEST_MASTER_KEY || !MASTER_KEY.test(said)) return []
  return [{ family: "a master key", quote: { text: answer, start: 0, end: answer.length } }]
}

/** In time proportional to the answer, or a long run of spaces would hold up everybody: no pattern may look far ahead from each of many places. */
function matches(answer: string, pattern: RegExp, isOne: (text: string) => boolean = () => true): Quote[] {
  const found: Quote[] = []
  for (const match of answer.matchAll(pattern)) {
    if (!isOne(match[0])) continue
    found.push({ text: match[0], start: match.index, end: match.index + match[0].length })
    if (found.length === MOST_OF_A_FAMILY) break
  }
  return found
}

/** Decodes to words: a digest or an id does not. */
function hidesText(encoded: string): boolean {
  const text = Buffer.from(encoded, "base64").toString("latin1")
  return /^[\t\n\r -~]+$/.test(text) && /(?<![a-z])[a-z]{2,}\s+[a-z]{2,}\s+[a-z]/i.test(text)
}
