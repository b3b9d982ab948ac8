/** Markup that escapes by default: whatever is put into `html` is text, unless it is markup itself. The only place where strings become HTML. */
import { plainText } from "./plain-text.ts"

export interface Markup {
  readonly markup: string
}

type Part = Markup | string | number | null | undefined | false | readonly Part[]

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }

/** Fit for text and for quoted attributes. */
export const escaped = (text: string): string =>
  plainText(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!)

export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  let markup = strings[0]!
  for (const [index, part] of parts.entries()) markup += rendered(part) + strings[index + 1]!
  return { markup }
}

function rendered(part: Part): string {
  if (part === null || part === undefined || part === false) return ""
  if (typeof part === "string") return escaped(part)
  if (typeof part === "number") return String(part)
  return "markup" in part ? part.markup : part.map(rendered).join("")
}

/** Our own finished markup (a picture, a style sheet); never text from a submission. */
export const trusted = (markup: string): Markup => ({ markup })
