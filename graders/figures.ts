/** How figures are written in sentences: three significant digits, thousands separated, units always beside them. */

export function number(value: number): string {
  if (!Number.isFinite(value)) return "unknown"
  const size = Math.abs(value)
  if (size >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString("en-US")
  return Number(value.toPrecision(3)).toString()
}

/** Points and their like: one decimal where there is one. */
export const points = (value: number) => (Math.round(value * 10) / 10).toString()

export const milliseconds = (value: number) => `${number(value)} ms`

export function bytes(value: number): string {
  if (value >= 1024 ** 3) return `${number(value / 1024 ** 3)} GiB`
  if (value >= 1024 ** 2) return `${number(value / 1024 ** 2)} MiB`
  if (value >= 1024) return `${number(value / 1024)} KiB`
  return `${number(value)} bytes`
}

export const percent = (share: number) => `${number(share * 100)}%`

/** "1 call", "2 calls". */
export const count = (value: number, one: string, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`

/** "a", "a and b", "a, b and c". */
export function list(items: string[]): string {
  if (items.length < 2) return items.join("")
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`
}

export const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)
