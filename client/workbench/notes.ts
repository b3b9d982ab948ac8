/**
 * What the newest run says of a file's lines, marked beside what the checks of its language find: neither takes the other's marks away, and a note
 * stays with its line while the text above it changes.
 */
import { type Diagnostic, forceLinting, linter } from "@codemirror/lint"
import { type Extension, StateEffect, StateField } from "@codemirror/state"
import type { EditorView } from "@codemirror/view"

export interface Note {
  /** From 1. */
  line: number
  message: string
}

const said = StateEffect.define<readonly Diagnostic[]>()

const standing = StateField.define<readonly Diagnostic[]>({
  create: () => [],
  update(before, { changes, docChanged, effects }) {
    const moved = docChanged
      ? before.map((one) => ({ ...one, from: changes.mapPos(one.from), to: changes.mapPos(one.to) }))
      : before
    return effects.findLast((effect) => effect.is(said))?.value ?? moved
  },
})

export const noted: Extension = [
  standing,
  linter(({ state }) => state.field(standing), {
    needsRefresh: ({ transactions }) => transactions.some(({ effects }) => effects.some((effect) => effect.is(said))),
  }),
]

/** Takes the place of what was said before. */
export function note(view: EditorView, notes: Note[]): void {
  const { doc } = view.state
  const marks = notes.map(({ line, message }): Diagnostic => {
    const at = doc.line(Math.min(Math.max(1, line), doc.lines))
    return { from: at.from, to: at.to, severity: "error", message }
  })
  view.dispatch({ effects: said.of(marks) })
  forceLinting(view)
}
