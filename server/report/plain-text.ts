/** Makes text from a submission safe to print: no control characters, no escape sequences, nothing that turns the reading direction or hides. */

/** What changes how the rest of a line is shown: direction marks, zero-width and line separators, byte order marks. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this takes out.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu

/** Shows hidden and control characters as \u{...}; keeps newlines and tabs. */
export function plainText(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(CONTROL, visible).replace(INVISIBLE, visible)
}

/** The same on one line, cut to `length` characters. */
export function plainLine(text: string, length = Number.POSITIVE_INFINITY): string {
  const line = plainText(text).replace(/\s+/g, " ").trim()
  const characters = [...line]
  return characters.length > length ? `${characters.slice(0, length - 1).join("")}…` : line
}

const visible = (character: string) => `\\u{${character.codePointAt(0)!.toString(16)}}`
