/** The terminal that this process writes to, as far as it changes how a report looks. */
import { settings } from "./settings.ts"

/** @returns `columns`: its width, 100 where nobody knows; `colour`: whether colours would be seen as such (see no-color.org) */
export function thisTerminal(): { columns: number; colour: boolean } {
  const { columns, isTTY } = process.stdout
  return { columns: columns ?? 100, colour: isTTY === true && !settings().noColor }
}
