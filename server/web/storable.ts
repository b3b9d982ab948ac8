/** Tells text that can be kept from text that cannot: Postgres takes no NUL, and no half of a surrogate pair in JSON. */

/** Of all strings in a value, keys included. Not recursive: who sends brackets by the million shall not end a stack. */
export function storable(value: unknown): boolean {
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const one = waiting.pop()
    if (typeof one === "string") {
      if (one.includes("\0") || !one.isWellFormed()) return false
    } else if (Array.isArray(one)) for (const part of one) waiting.push(part)
    else if (typeof one === "object" && one !== null)
      for (const [key, part] of Object.entries(one)) waiting.push(key, part)
  }
  return true
}

export const NOT_STORABLE = "The text holds a NUL character or half of a surrogate pair, which cannot be kept."
