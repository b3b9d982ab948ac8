/** Answers by number, and what a careful person says about each. */
const WHERE = ["Things lie by the day", "Everything is kept by author", "Rows stand under their user"]
const WHY = ["because one look finds them all", "because no piece outgrows a week", "because load is spread by hash"]

export interface Truth {
  lies: boolean
  why: boolean
}

export const truthOf = (id: number): Truth => ({ lies: id % 4 !== 0, why: id % 3 !== 0 })

export function answerOf(id: number): string {
  const { lies, why } = truthOf(id)
  return `Answer ${id}. ${quoteOf(id, "lies") ?? "It is a good design"}${lies && why ? ", " : ". "}${quoteOf(id, "why") ?? "It is fast"}.`
}

/** null: there is nothing to quote. */
export function quoteOf(id: number, about: keyof Truth): string | null {
  if (!truthOf(id)[about]) return null
  return about === "lies" ? `${WHERE[id % 3]} number ${id}` : `${WHY[id % 3]} of ${id}`
}
