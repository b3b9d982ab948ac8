/** Names, ids and payloads that cannot be guessed: HMAC-SHA256 under a key that only the driver holds during the run. */
import { createHmac, createSecretKey } from "node:crypto"

export interface Seeded {
  /** 32 hex digits (128 bits) for this purpose and index. Same key, purpose and index: same id. */
  id(purpose: string, ...index: (string | number)[]): string
  /** An integer in [0, below), uniform to 2^-32. */
  integer(below: number, purpose: string, ...index: (string | number)[]): number
  /** Lower-case hex text of exactly `length` characters. */
  text(length: number, purpose: string, ...index: (string | number)[]): string
}

export function seeded(key: Uint8Array): Seeded {
  // Five times as fast as with the bare key.
  const secret = createSecretKey(key)
  const digest = (purpose: string, index: (string | number)[]) =>
    createHmac("sha256", secret)
      .update(JSON.stringify([purpose, ...index]))
      .digest()
  return {
    id: (purpose, ...index) => digest(purpose, index).toString("hex", 0, 16),
    integer: (below, purpose, ...index) => Math.floor((digest(purpose, index).readUInt32BE(0) / 2 ** 32) * below),
    text(length, purpose, ...index) {
      let text = ""
      for (let block = 0; text.length < length; block++)
        text += digest(purpose, [...index, "block", block]).toString("hex")
      return text.slice(0, length)
    },
  }
}
