/** The files of a submission as tabs of the workbench, and back. */
import type { Work } from "../api/api.ts"

export interface WorkFile {
  name: string
  text: string
}

/** What is called schema or keys goes by the engine: an engine with a schema file has no keys, and the other way round. */
export function filesOf(work: Work, withSchema: boolean): WorkFile[] {
  return [
    { name: "answer.md", text: work.answer },
    withSchema ? { name: "schema.cql", text: work.schema ?? "" } : { name: "keys.md", text: work.keys ?? "" },
    ...Object.entries(work.files)
      .sort(([a], [b]) => Number(b === "access.ts") - Number(a === "access.ts") || (a < b ? -1 : 1))
      .map(([name, text]) => ({ name, text })),
  ]
}

export function withFile(work: Work, name: string, text: string): Work {
  if (name === "answer.md") return { ...work, answer: text }
  if (name === "schema.cql") return { ...work, schema: text }
  if (name === "keys.md") return { ...work, keys: text }
  return { ...work, files: { ...work.files, [name]: text } }
}

/** As people count them: what stands between white space. */
export const wordsIn = (text: string): number => text.replace(/^#.*$/gm, "").trim().split(/\s+/).filter(Boolean).length
