/** What was taken out and what was put in, in one column, with long stretches that are the same folded away. */
import { unifiedMergeView } from "@codemirror/merge"
import { EditorState } from "@codemirror/state"
import { EditorView, lineNumbers } from "@codemirror/view"
import { useEffect, useRef } from "react"

const looks = EditorView.theme({
  "&": { fontSize: ".875rem", backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line)" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace", maxHeight: "40rem" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--muted)", border: "none" },
  // Colour is never the only sign: what is new is underlined, what is gone is struck through.
  "&.cm-merge-b .cm-changedLine, .cm-insertedLine": {
    backgroundColor: "color-mix(in srgb, var(--accent) 10%, transparent)",
  },
  "&.cm-merge-b .cm-changedText": {
    background: "none",
    textDecoration: "underline",
    textDecorationColor: "var(--accent)",
  },
  ".cm-deletedChunk": { backgroundColor: "color-mix(in srgb, var(--warning) 12%, transparent)", color: "var(--ink)" },
  ".cm-deletedChunk .cm-deletedText": { background: "none", textDecoration: "line-through" },
  ".cm-collapsedLines": { background: "var(--panel)", color: "var(--muted)" },
})

export function Diff({ name, from, to }: { name: string; from: string; to: string }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const view = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: to,
        extensions: [
          lineNumbers(),
          looks,
          EditorState.readOnly.of(true),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({
            "aria-label": `${name}, what changed`,
            "aria-readonly": "true",
            tabindex: "0",
          }),
          unifiedMergeView({ original: from, mergeControls: false, collapseUnchanged: { margin: 2, minSize: 6 } }),
        ],
      }),
    })
    return () => view.destroy()
  }, [name, from, to])
  return <div ref={place} />
}
