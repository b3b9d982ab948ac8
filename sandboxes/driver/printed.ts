/** What candidate code printed in a free run, by pass and process: for whoever looks for their own mistake. Nothing is judged by it. */
import type { Printed } from "../evidence.ts"

/** Of each process in each pass the end is kept. */
const MOST_CHARACTERS = 2048

export interface Prints {
  /** From now on it is this pass of this size. */
  at(stage: string, pass: string): void
  add(host: 0 | 1, text: string): void
  list(): Printed[]
}

export function keepPrints(): Prints {
  const entries: Printed[] = []
  let place = { stage: "", pass: "connect" }
  return {
    at(stage, pass) {
      place = { stage, pass }
    },
    add(host, text) {
      if (text === "") return
      const { stage, pass } = place
      let entry = entries.find((one) => one.stage === stage && one.pass === pass && one.host === host)
      if (!entry) {
        entry = { ...place, host, text: "" }
        entries.push(entry)
      }
      entry.text = (entry.text + text).slice(-MOST_CHARACTERS).toWellFormed()
    },
    list: () => entries,
  }
}
