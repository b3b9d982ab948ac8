/** `proofrun judge`: marks a set of answers by a rubric of statements. Can be killed and started again: no answer is marked, or paid for, twice. */
import { readFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import type { MarkedAnswer } from "../../graders/agreement/marks.ts"
import { count } from "../../graders/figures.ts"
import type { Call } from "../../graders/judge/judgement.ts"
import { readStatements, type Statements } from "../../prompts/judge/statements.ts"
import { cleanUpOnInterrupt, interrupted } from "../interrupt.ts"
import { reasonOf } from "../json-lines.ts"
import { type AnswerToMark, readAnswers } from "../marking/answers.ts"
import { type Closing, closingLines, exitCode } from "../marking/closing.ts"
import { markAnswers } from "../marking/mark-answers.ts"
import { type MarksFile, openMarksFile } from "../marking/marks-file.ts"
import { marking } from "../marking/progress.ts"
import { openJudging } from "../prose-judge.ts"
import { Refusal } from "../refusal.ts"

export const usage = `proofrun judge --rubric FILE --answers FILE.jsonl --out FILE.jsonl [--samples N] [--concurrency N] [--again]

Marks a set of answers by a rubric of statements, each met or not met, with the model that is configured for the judge.
  --rubric FILE      a rubric.yaml (its written criteria), or a plain list of statements with points: prompts/judge/README.md
  --answers FILE     one answer a line: {"id": …, "answer": "…"}, with "question": "…" and "references": ["…"] where there are some
  --out FILE         one line is added for each answer; started again, answers that are in it are passed over
  --samples N        how often each statement is asked (2; a third time where the two differ)
  --concurrency N    answers judged at the same time (4)
  --again            marks anew the answers in FILE that could not be judged
Ends with 0: all are marked, 1: some are not (each says why), 2: something given is wrong, 3: our side failed.`

const MOST_SAMPLES = 9
const MOST_AT_ONCE = 64

interface Options {
  samples: number
  concurrency: number
  again: boolean
}

/** `open` gives the judge that is configured; undefined: none is. */
export async function run(args: string[], open: typeof openJudging = openJudging): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rubric: { type: "string" },
      answers: { type: "string" },
      out: { type: "string" },
      samples: { type: "string", default: "2" },
      concurrency: { type: "string", default: "4" },
      again: { type: "boolean", default: false },
    },
  })
  const { rubric, answers: answersFile, out } = values
  if (!rubric || !answersFile || !out)
    throw new Refusal(`Give a rubric, a file of answers and a file to write to.\n\n${usage}`)
  const options: Options = {
    samples: wholeNumber("--samples", values.samples, MOST_SAMPLES),
    concurrency: wholeNumber("--concurrency", values.concurrency, MOST_AT_ONCE),
    again: values.again,
  }
  const statements = await readRubric(rubric)
  const { answers, unread } = await readAnswers(answersFile)
  if (unread.length > 0) note(`Not read of ${answersFile}: ${unread.map((name) => `"${name}"`).join(", ")}.`)
  if (statements.leftOut.length > 0)
    note(`Only written criteria are marked here; left out of ${rubric}: ${statements.leftOut.join(", ")}.`)
  const file = await openMarksFile(out)
  try {
    return await markInto(file, out, answers, statements, { ...options, open })
  } finally {
    await file.close()
  }
}

async function markInto(
  file: MarksFile,
  out: string,
  answers: AnswerToMark[],
  statements: Statements,
  { samples, concurrency, again, open }: Options & { open: typeof openJudging },
): Promise<number> {
  const { marked } = file
  refuseOthers(out, answers, marked, statements.hash, samples)
  const marks = answers.flatMap(({ id }) => marked.get(id) ?? []).filter(({ points }) => !again || points !== null)
  const done = new Set(marks.map(({ id }) => id))
  const left = answers.filter(({ id }) => !done.has(id))
  if (left.length === 0) return close({ out, all: answers.length, marks, stopped: null })
  const judge = (await open(note))?.judge
  if (!judge)
    throw new Refusal(
      "No judge is configured. Set OPENAI_API_KEY, or OPENAI_BASE_URL and JUDGE_MODEL for any server that speaks OpenAI's chat completions.",
    )
  const [first] = marked.values()
  if (first && first.judge.model !== judge.model)
    throw new Refusal(
      `${out} was begun with the model ${first.judge.model}, and ${judge.model} is configured now. Set JUDGE_MODEL, or give another --out.`,
    )
  await file.begin(new Set(left.map(({ id }) => id)))
  if (marks.length > 0) note(`${count(marks.length, "answer is", "answers are")} marked already, ${left.length} to go.`)
  const begun = new Date().toISOString()
  const progress = marking(process.stderr, { before: marks.length, all: answers.length })
  const working = markAnswers({
    judge,
    answers: left,
    statements,
    samples,
    concurrency,
    signal: interrupted,
    async keep(mark, judgement) {
      refuseOtherPrompts(out, first ?? marks[0], mark)
      await file.append(mark)
      marks.push(mark)
      progress.marked({ usd: paidSince(begun, judgement.calls), points: mark.points })
    },
  })
    .finally(progress.end)
    .then((stopped) => close({ out, all: answers.length, marks, stopped }))
  // Answers that are being judged are finished first: they are paid for.
  const forget = cleanUpOnInterrupt(() => working)
  return working.finally(forget)
}

/** What calls of this run cost; those that were stored before it are not paid for again. */
function paidSince(begun: string, calls: Call[]): number | null {
  const own = [...new Map(calls.map((call) => [call.key, call])).values()].filter(({ at }) => at >= begun)
  return own.some(({ usd }) => usd === null) ? null : own.reduce((sum, { usd }) => sum + usd!, 0)
}

/** A file of marks is of one rubric, one set of answers and one judge, or its figures would mean nothing. */
function refuseOthers(
  out: string,
  answers: AnswerToMark[],
  marked: ReadonlyMap<string, MarkedAnswer>,
  rubricHash: string,
  samples: number,
): void {
  for (const { judge } of marked.values()) {
    if (judge.rubric !== rubricHash)
      throw new Refusal(`${out} holds marks by another rubric, or by an earlier state of this one. Give another --out.`)
    if (judge.samples !== samples)
      throw new Refusal(`${out} was begun with --samples ${judge.samples}. Give the same, or another --out.`)
  }
  for (const { id, asked } of answers) {
    const mark = marked.get(id)
    if (mark && mark.asked !== asked)
      throw new Refusal(
        `The answer "${id}" is not the one that is marked in ${out}: its text, question or references have changed. Give it another id, or give another --out.`,
      )
  }
}

function refuseOtherPrompts(out: string, first: MarkedAnswer | undefined, { judge }: MarkedAnswer): void {
  if (first && first.judge.prompts.hash !== judge.prompts.hash)
    throw new Refusal(
      `${out} was begun with other instructions to the judge (prompts/judge has changed since). Give another --out.`,
    )
}

/** Says what is in the file now. */
function close(closing: Closing): number {
  for (const line of closingLines(closing)) process.stdout.write(`${line}\n`)
  return exitCode(closing)
}

async function readRubric(file: string): Promise<Statements> {
  const text = await readFile(file, "utf8").catch((error) => {
    throw new Refusal(`${file} cannot be read: ${reasonOf(error)}.`)
  })
  const read = readStatements(text)
  if (read.ok) return read.value
  const { message, line } = read.problem
  throw new Refusal(`${file}${line ? `, line ${line}` : ""}: ${message}`)
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > most)
    throw new Refusal(`${option} is a whole number from 1 to ${most}, not "${text}".`)
  return value
}

const note = (line: string) => void process.stderr.write(`${line}\n`)
