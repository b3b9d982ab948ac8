/** Reads a YAML file's text by a schema; what is wrong with it comes back as sentences with lines. Opens no files and throws nothing. */
import { LineCounter, type Node, parseDocument } from "yaml"
import type { z } from "zod"

export interface YamlProblem {
  message: string
  line?: number
}

export function readYaml<T>(
  text: string,
  schema: z.ZodType<T>,
): { ok: true; value: T } | { ok: false; problem: YamlProblem } {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
  const [broken] = document.errors
  if (broken) return { ok: false, problem: { message: broken.message, line: lineCounter.linePos(broken.pos[0]).line } }
  let value: unknown
  try {
    // No aliases: a few lines of them can unfold to gigabytes.
    value = document.toJS({ maxAliasCount: 0 })
  } catch (error) {
    return { ok: false, problem: { message: error instanceof Error ? error.message : String(error) } }
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return { ok: true, value: parsed.data }
  const [issue] = parsed.error.issues
  const path = issue.path.map((part) => (typeof part === "symbol" ? part.toString() : part))
  const place = path.length > 0 ? `\`${path.join(".")}\`: ` : ""
  // The line of the deepest part of the path that the file has: a missing key has none of its own.
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as Node | undefined
    if (!node?.range) continue
    return {
      ok: false,
      problem: { message: `${place}${issue.message}`, line: lineCounter.linePos(node.range[0]).line },
    }
  }
  return { ok: false, problem: { message: `${place}${issue.message}` } }
}
