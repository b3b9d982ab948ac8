/** Makes a question's folder to begin with: a copy of one that works, cut down to its yardsticks, with remarks that teach. Overwrites nothing. */
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type LoadedQuestion, listQuestions, readExpected, readQuestion } from "../prompts/load-question.ts"
import { countsFile, referenceCounts } from "./grade-submission.ts"
import { Refusal } from "./refusal.ts"
import { yardsticks } from "./yardsticks.ts"

/** Where a line of question.yaml or rubric.yaml begins so, this remark is put before it, once. */
const REMARKS: Record<string, [begins: RegExp, remark: string][]> = {
  "question.yaml": [
    [/^id:/, "The folder's name. Submissions name it, and their code imports its types as proofrun/ID."],
    [/^engines:/, "Any one of these may be handed in. Each needs a starter, references, an anchor and a weak one."],
    [
      /^operations:/,
      "What the access code must offer. Work is weighted by perSecond; the peak sends it; statement.md must tell it.",
    ],
    [
      /^axes:/,
      "What grows. Costs are carried on to `scale`, which statement.md must tell. The sizes are in workload.ts.",
    ],
    [/^lagMs:/, "How long an acknowledged write may stay invisible. 0: not at all."],
    [
      /^retentionDays:/,
      "How long data must stay readable; findings about expiry ask for it. Leave it out where nothing expires.",
    ],
    [
      /^position:/,
      "The timed operation, and the reference at the slow end of the ladder: at least twice as slow as strong.",
    ],
    [/^weak:/, "The reference whose work earns nothing."],
  ],
  "rubric.yaml": [
    [/^version:/, "A change of any criterion is a new version. Points: 75 measured, 25 written and claims."],
    [
      /^ {2}- id: correctness/,
      'Invariants are the names that oracle.ts gives its mismatches. `lost` and `invented` make a design "not yet working".',
    ],
    [
      /^ {2}- \{ id: work/,
      "The engine's work for the stated mix, from the counted calls (probes), beside the strong reference's.",
    ],
    [
      /^ {2}- id: partition-growth/,
      "Full marks at the strong reference's figure, none at the weak one's; name another `weak` where that one is good at this.",
    ],
    [/^ {2}- id: driven-by-queries/, "Written: a yes or no about the prose. Examples must not come from a reference."],
    [/^ {2}- id: claim-partitions/, "Claims: what the prose says of its own work, held against what was counted."],
  ],
}

/** @returns the folder's path. Throws a `Refusal` where the name will not do. */
export async function makeQuestion(options: { name: string; from: string; questions: string }): Promise<string> {
  const { name, from, questions } = options
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw new Refusal(`"${name}" cannot be a question's name: use lower case letters, digits and dashes.`)
  if ((await listQuestions(questions)).includes(name)) throw new Refusal(`There is a question "${name}" already.`)
  const model = await readQuestion(from, questions)
  const folder = join(questions, name)
  await mkdir(folder)
  await copyText(model.folder, folder, { name, from }, false)
  for (const engine of model.question.engines) {
    await copyText(join(model.folder, "starters", engine), join(folder, "starters", engine), { name, from }, true)
    for (const reference of await needed(model, engine)) {
      const place = join("references", engine, reference)
      await copyText(join(model.folder, place), join(folder, place), { name, from }, true)
    }
  }
  // The same calls under another name do the same work: counts that hold there hold here.
  const { workloadHash, question } = await readQuestion(name, questions)
  for (const engine of question.engines) {
    const counts = await referenceCounts(model, engine)
    if (counts) await writeFile(countsFile(folder, engine), `${JSON.stringify({ ...counts, workloadHash }, null, 1)}\n`)
  }
  return folder
}

/** Yardsticks, the anchor, and one reference of each of the three bands. */
async function needed(model: LoadedQuestion, engine: string): Promise<string[]> {
  const three = ["strong", "adequate", "weak"]
  const all = [...yardsticks(model, engine), model.question.position.anchor[engine] ?? "weak", ...three]
  for (const reference of all) await readExpected(model, engine, reference)
  return [...new Set(all)]
}

/** Copies the files of a folder (and what is below, if asked) with the name changed wherever it is one. */
async function copyText(from: string, to: string, names: { name: string; from: string }, deep: boolean): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const file of await readdir(from)) {
    if ((await stat(join(from, file))).isDirectory()) {
      if (deep) await copyText(join(from, file), join(to, file), names, deep)
      continue
    }
    const text = renamed(await readFile(join(from, file), "utf8"), names)
    await writeFile(join(to, file), annotated(file, text))
  }
}

function renamed(text: string, { name, from }: { name: string; from: string }): string {
  return text
    .replaceAll(`proofrun/${from}`, `proofrun/${name}`)
    .replace(new RegExp(`^(id|question): ${from}$`, "gm"), `$1: ${name}`)
    .replaceAll(`"${from}"`, `"${name}"`)
    .replaceAll(`${from} has no stage`, `${name} has no stage`)
}

function annotated(file: string, text: string): string {
  const remarks = [...(REMARKS[file] ?? [])]
  return text
    .split("\n")
    .flatMap((line) => {
      const index = remarks.findIndex(([begins]) => begins.test(line))
      if (index < 0) return [line]
      const [[, remark]] = remarks.splice(index, 1)
      return [`${/^ */.exec(line)![0]}# ${remark}`, line]
    })
    .join("\n")
}
