/** Says what candidate code threw, in plain text with the candidate's own file and line. Whatever was thrown, this does not throw. */
const { apply } = Reflect
const { exec } = RegExp.prototype
const { slice } = String.prototype
const text = String

const LONGEST_MESSAGE = 2000
const LONGEST_QUERY = 400
/** A stack frame in the candidate's files, as the source map names them (see SOURCE in bundle.mjs). */
const CANDIDATE_FRAME = /code:([^\s:()]+):(\d+):\d+/

const cut = (words, most) => (words.length > most ? `${apply(slice, words, [0, most])}…` : words)

/** `{ message, file?, line? }` of anything that can be thrown. */
export function faultOf(thrown) {
  try {
    if (!(thrown instanceof Error))
      return { message: `threw ${cut(readable(thrown), LONGEST_MESSAGE)}, which is not an Error` }
    const name = text(thrown.name)
    const words = text(thrown.message)
    const query = typeof thrown.query === "string" ? ` in: ${cut(thrown.query, LONGEST_QUERY)}` : ""
    const message = `${cut(`${name}: ${words}`, LONGEST_MESSAGE)}${query}`
    const place = apply(exec, CANDIDATE_FRAME, [text(thrown.stack)])
    return place === null ? { message } : { message, file: place[1], line: +place[2] }
  } catch {
    return { message: "threw something that cannot be read" }
  }
}

function readable(value) {
  return typeof value === "string" ? `"${value}"` : text(value)
}
