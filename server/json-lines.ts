/** Reads a file with one JSON value a line. What is wrong with a line is said with its number, and refused as a whole. */
import { readFile } from "node:fs/promises"
import type { z } from "zod"
import { Refusal } from "./refusal.ts"

export interface Line<T> {
  /** From 1. */
  line: number
  value: T
}

/** Empty lines are passed over. `each` names what a line holds: "an answer". */
export async function readJsonLines<T>(file: string, schema: z.ZodType<T>, each: string): Promise<Line<T>[]> {
  const lines = (await readLines(file)).flatMap((text, index): Line<T>[] => {
    if (text.trim() === "") return []
    const line = index + 1
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      throw new Refusal(`${file}, line ${line}: this is not JSON: ${(error as Error).message}. Each line is ${each}.`)
    }
    const parsed = schema.safeParse(value)
    if (parsed.success) return [{ line, value: parsed.data }]
    const { path, message } = parsed.error.issues[0]!
    const place = path.length > 0 ? `"${path.join(".")}": ` : ""
    throw new Refusal(`${file}, line ${line}: ${place}${message}. Each line is ${each}.`)
  })
  if (lines.length === 0) throw new Refusal(`${file} has no line. Each line is ${each}.`)
  return lines
}

/** Refuses a file in which two lines have the same key. `shown` says it in words. */
export function refuseTwice<T>(
  file: string,
  lines: Line<T>[],
  keyOf: (value: T) => string,
  shown: (value: T) => string,
): void {
  const seen = new Map<string, number>()
  for (const { line, value } of lines) {
    const key = keyOf(value)
    const before = seen.get(key)
    if (before !== undefined)
      throw new Refusal(`${file}, line ${line}: ${shown(value)} stands there again, after line ${before}.`)
    seen.set(key, line)
  }
}

async function readLines(file: string): Promise<string[]> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(`${file} cannot be read: ${reasonOf(error)}.`)
  })
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\n")
  } catch {
    throw new Refusal(`${file} is not text in UTF-8.`)
  }
}

/** What the disk answered, as a person says it. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "there is no such file"
  if (error.code === "EISDIR") return "it is a folder"
  return error.message
}
