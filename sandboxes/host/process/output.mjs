/** Keeps the last few KiB that candidate code prints until the driver asks for it. Nothing printed goes anywhere else. */
const MOST_CHARACTERS = 4096
const { apply } = Reflect
const { slice } = String.prototype
const { isBuffer } = Buffer
const { utf8Slice } = Buffer.prototype

let kept = ""

export function keepOutput() {
  const write = (chunk, encoding, callback) => {
    const words = isBuffer(chunk) ? apply(utf8Slice, chunk, []) : `${chunk}`
    kept = apply(slice, kept + words, [-MOST_CHARACTERS])
    const done = typeof encoding === "function" ? encoding : callback
    if (typeof done === "function") done()
    return true
  }
  process.stdout.write = write
  process.stderr.write = write
}

/** What was printed since the last time this was asked. */
export function takeOutput() {
  const words = kept
  kept = ""
  return words
}
