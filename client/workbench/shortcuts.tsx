/** The sheet of keys, and the keys themselves. */
import { useEffect, useRef } from "react"
import { Dialog } from "../frame/dialog.tsx"

const APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent)
export const MOD = APPLE ? "⌘" : "Ctrl"

const KEYS: [string, string][] = [
  [`${MOD} Enter`, "run for free"],
  [`Shift ${MOD} Enter`, "submit"],
  [`${MOD} S`, "save now (it is saved a second after the last key anyway)"],
  ["Esc, then Tab", "leave the editor"],
  ["Alt 1 … 9", "go to the first, second, … file"],
  ["?", "this sheet, outside the editor"],
]

export function ShortcutSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Shortcuts">
      <table className="plain-table">
        <tbody>
          {KEYS.map(([keys, what]) => (
            <tr key={keys}>
              <th scope="row">
                <kbd>{keys}</kbd>
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  )
}

export interface Actions {
  run(): void
  submit(): void
  save(): void
  file(at: number): void
  sheet(): void
}

export function useShortcuts(actions: Actions): void {
  const newest = useRef(actions)
  newest.current = actions
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable='true']")
      const mod = event.ctrlKey || event.metaKey
      if (mod && event.key === "Enter") newest.current[event.shiftKey ? "submit" : "run"]()
      else if (mod && !event.shiftKey && event.key.toLowerCase() === "s") newest.current.save()
      else if (event.altKey && /^Digit[1-9]$/.test(event.code)) newest.current.file(Number(event.code.slice(5)) - 1)
      else if (event.key === "?" && !typing && !mod) newest.current.sheet()
      else return
      event.preventDefault()
    }
    // Before the editor, which has uses of its own for some of them.
    addEventListener("keydown", onKey, { capture: true })
    return () => removeEventListener("keydown", onKey, { capture: true })
  }, [])
}
