/** Agreement of two markers who each choose from a few verdicts. A table is square and flat: row = the first's verdict, column = the second's. */
import type { Rule } from "./figure.ts"

/** Share of the cases in which both chose the same. NaN without any. */
export function shareAgreed(table: ArrayLike<number>): number {
  const { all, agreed } = marginsOf(table)
  return agreed / all
}

/**
 * Cohen's kappa (Cohen 1960, Educational and Psychological Measurement 20): agreement beyond what the two would reach if each kept how often he
 * chooses what, and chose blindly. 1 full agreement, 0 as by chance. Over a table in which each pair stands both ways round it is Fleiss' kappa
 * for markers who all marked all. NaN where both always chose the same one verdict.
 */
export function cohenKappa(table: ArrayLike<number>): number {
  const { all, agreed, rows, columns } = marginsOf(table)
  const byChance = rows.reduce((sum, row, index) => sum + (row / all) * (columns[index]! / all), 0)
  return (agreed / all - byChance) / (1 - byChance)
}

export const SHARE: Rule = {
  value: shareAgreed,
  whyNone: (table) => (marginsOf(table).all === 0 ? "there is no verdict to compare" : null),
}

export const KAPPA: Rule = {
  value: cohenKappa,
  whyNone(table) {
    const { all, rows, columns } = marginsOf(table)
    if (all === 0) return "there is no verdict to compare"
    if (all === 1) return "one answer shows no habit, so nothing can be said of chance"
    // The formula gives 0 or nothing there, however well the two agree.
    if (rows.includes(all) || columns.includes(all)) return "one side gave the same verdict every time"
    return null
  },
}

function marginsOf(table: ArrayLike<number>) {
  const size = Math.sqrt(table.length)
  const rows = new Array<number>(size).fill(0)
  const columns = new Array<number>(size).fill(0)
  let agreed = 0
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const count = table[row * size + column]!
      rows[row]! += count
      columns[column]! += count
      if (row === column) agreed += count
    }
  return { rows, columns, agreed, all: rows.reduce((sum, one) => sum + one, 0) }
}
