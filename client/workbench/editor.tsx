/** One file in a CodeMirror editor: reachable and left by keyboard, in our colours, with places marked that something is said about. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands"
import { javascript } from "@codemirror/lang-javascript"
import { markdown } from "@codemirror/lang-markdown"
import { Cassandra, sql } from "@codemirror/lang-sql"
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language"
import { forEachDiagnostic, lintGutter } from "@codemirror/lint"
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state"
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view"
import { tags } from "@lezer/highlight"
import { useEffect, useRef } from "react"
import { type Note, note, noted } from "./notes.ts"

/** Three colours, all of them AA on both grounds; comments are also slanted, keywords also bold. */
const colours = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.typeName, tags.definitionKeyword],
    color: "var(--accent)",
    fontWeight: "600",
  },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--warning)" },
  { tag: [tags.comment, tags.meta], color: "var(--muted)", fontStyle: "italic" },
  { tag: tags.heading, fontWeight: "650" },
  { tag: tags.strong, fontWeight: "650" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--accent)" },
])

/** Beside the numbers of its lines a phone has room for about forty letters. */
const NARROW = "(max-width: 40rem)"

const looks = EditorView.theme({
  "&": { height: "100%", fontSize: ".875rem", backgroundColor: "var(--paper)", color: "var(--ink)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)", padding: ".5rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 7%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent) !important",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--paper)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    maxWidth: "40rem",
  },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--paper)" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap" },
})

function languageOf(file: string): Extension {
  if (file.endsWith(".md")) return [markdown(), EditorView.lineWrapping]
  if (file.endsWith(".cql")) return sql({ dialect: Cassandra })
  return javascript({ typescript: /\.[cm]?ts$/.test(file) })
}

/** Tab indents in it. */
export const LEAVE = "Esc, then Tab leaves the editor."

/** Until another key is pressed, in fact: the editor's own two seconds are too short for many. */
const LEAVING_MS = 24 * 60 * 60 * 1000

/** Whatever else Escape does, a selection dropped or a completion closed, the next Tab leaves. */
const escapeLeaves: Extension = [
  Prec.highest(
    keymap.of([
      {
        key: "Escape",
        run(view) {
          view.setTabFocusMode(LEAVING_MS)
          return false
        },
      },
    ]),
  ),
  // What nobody had a use for would come to the editor itself, which would set its two seconds.
  Prec.lowest(keymap.of([{ key: "Escape", run: () => true }])),
]

export interface EditorHandle {
  goTo(line: number): void
  focus(): void
}

export function Editor({
  file,
  label,
  text,
  notes,
  extra,
  onChange,
  onMarked,
  onReady,
}: {
  file: string
  label: string
  /** What it begins with; later changes come from the person alone. */
  text: string
  notes: Note[]
  extra: Extension | null
  onChange: (text: string) => void
  /** How many places are marked, by the notes or by the checks of the language. */
  onMarked: (places: number) => void
  onReady: (handle: EditorHandle | null) => void
}) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const more = useRef(new Compartment())
  const change = useRef(onChange)
  change.current = onChange
  const tell = useRef(onMarked)
  tell.current = onMarked

  // Made once for a file; what it begins with is not followed
  useEffect(() => {
    const made = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: text,
        extensions: [
          // Before all others: a completion's own Escape is not passed on.
          escapeLeaves,
          lineNumbers(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          indentOnInput(),
          bracketMatching(),
          syntaxHighlighting(colours),
          looks,
          lintGutter(),
          noted,
          languageOf(file),
          matchMedia(NARROW).matches ? EditorView.lineWrapping : [],
          more.current.of(extra ?? []),
          keymap.of([...withoutOurs(defaultKeymap), ...historyKeymap, indentWithTab]),
          EditorView.contentAttributes.of({ "aria-label": label, "aria-description": LEAVE, tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) change.current(update.state.doc.toString())
            const places = placesMarked(update.state)
            if (places !== placesMarked(update.startState)) tell.current(places)
          }),
        ],
      }),
    })
    view.current = made
    // A phone's keyboard takes its room from the page: what is being written stays in sight.
    const keepInSight = () => {
      if (made.hasFocus) made.dispatch({ effects: EditorView.scrollIntoView(made.state.selection.main.head) })
    }
    addEventListener("resize", keepInSight)
    onReady({
      goTo(line) {
        const at = made.state.doc.line(Math.min(Math.max(1, line), made.state.doc.lines))
        made.dispatch({
          selection: { anchor: at.from, head: at.to },
          effects: EditorView.scrollIntoView(at.from, { y: "center" }),
        })
        made.focus()
      },
      focus: () => made.focus(),
    })
    return () => {
      removeEventListener("resize", keepInSight)
      onReady(null)
      tell.current(0)
      made.destroy()
      view.current = null
    }
  }, [file])

  useEffect(() => {
    view.current?.dispatch({ effects: more.current.reconfigure(extra ?? []) })
  }, [extra])

  useEffect(() => {
    if (view.current) note(view.current, notes)
  }, [notes])

  return <div ref={place} className="editor" />
}

/** Of several things that are said of one place, it is one. */
function placesMarked(state: EditorState): number {
  const places = new Set<string>()
  forEachDiagnostic(state, (_, from, to) => places.add(`${from} ${to}`))
  return places.size
}

/** Ctrl+Enter runs and submits; the editor has another use for it. */
const withoutOurs = (keys: typeof defaultKeymap) => keys.filter(({ key }) => key !== "Mod-Enter")
