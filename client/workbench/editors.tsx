/** The workbench's middle: the files as tabs, each with its own editor that stays as it was left, the answer also as it will be read. */
import { Button } from "@mantine/core"
import type { WorkerShape } from "@valtown/codemirror-ts/worker"
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react"
import { flushSync } from "react-dom"
import type { QuestionView } from "../api/api.ts"
import { MarkdownText } from "../question/markdown.tsx"
import type { DraftKeeper } from "./draft-keeper.ts"
import { Editor, type EditorHandle, LEAVE } from "./editor.tsx"
import { filesOf, withFile, wordsIn } from "./files.ts"
import type { NotesByFile } from "./outcome.tsx"
import { checked, startChecker } from "./type-check.ts"

const NOTHING: never[] = []

export interface EditorsHandle {
  goTo(file: string, line: number): void
  show(at: number): void
}

export function Editors({
  keeper,
  question,
  engine,
  notes,
  onReady,
}: {
  keeper: DraftKeeper
  question: QuestionView
  engine: string
  notes: NotesByFile
  onReady: (handle: EditorsHandle) => void
}) {
  const files = filesOf(keeper.work, question.withSchema.includes(engine))
  const names = files.map(({ name }) => name).join("\n")
  const [shown, setShown] = useState(files[0]!.name)
  const [preview, setPreview] = useState(false)
  const [marked, setMarked] = useState<Record<string, number>>({})
  const handles = useRef(new Map<string, EditorHandle>())
  const tabs = useRef<HTMLDivElement>(null)
  const remote = useChecker(question.types)

  /** Shown at once, as what is hidden takes no focus and the next key is already meant for it. */
  const shownAt = useCallback((name: string): EditorHandle | undefined => {
    flushSync(() => {
      setShown(name)
      setPreview(false)
    })
    return handles.current.get(name)
  }, [])
  useEffect(() => {
    onReady({
      goTo: (file, line) => shownAt(file)?.goTo(line),
      show(at) {
        const name = names.split("\n")[at]
        if (name !== undefined) shownAt(name)?.focus()
      },
    })
  }, [shownAt, names, onReady])

  /** Arrows go from tab to tab, as everywhere. */
  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const at = files.findIndex(({ name }) => name === shown)
    const next = files[(at + step + files.length) % files.length]!.name
    setShown(next)
    tabs.current?.querySelector<HTMLElement>(`[data-file="${CSS.escape(next)}"]`)?.focus()
  }

  return (
    <section className="editors" aria-label="Your work">
      <div className="tab-row">
        <div role="tablist" aria-label="Files" ref={tabs} onKeyDown={onKeyDown}>
          {files.map(({ name }) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              data-file={name}
              aria-selected={name === shown}
              aria-controls={`panel-${name}`}
              tabIndex={name === shown ? 0 : -1}
              onClick={() => setShown(name)}
            >
              {name}
              <Marked places={marked[name] ?? 0} />
            </button>
          ))}
        </div>
        <span className="row push beside-tabs">
          <span className="small muted wide-only">{LEAVE}</span>
          {shown === "answer.md" && (
            <>
              <span className="small muted">{wordsIn(keeper.work.answer)} words</span>
              <Button
                size="compact-xs"
                variant={preview ? "filled" : "default"}
                aria-pressed={preview}
                onClick={() => setPreview(!preview)}
              >
                Preview
              </Button>
            </>
          )}
        </span>
      </div>
      {files.map(({ name, text }) => (
        <div
          key={`${name} ${keeper.replaced}`}
          role="tabpanel"
          id={`panel-${name}`}
          aria-labelledby={`tab-${name}`}
          hidden={name !== shown}
          className="panel"
        >
          {name === "answer.md" && preview && (
            <div className="preview">
              <MarkdownText text={text} below={1} />
            </div>
          )}
          <div hidden={name === "answer.md" && preview} className="panel-editor">
            <FileEditor
              name={name}
              text={text}
              notes={notes[name] ?? NOTHING}
              remote={remote}
              onChange={(next) => keeper.change(withFile(keeper.work, name, next))}
              onMarked={(places) => setMarked((before) => ({ ...before, [name]: places }))}
              onReady={(handle) => {
                if (handle) handles.current.set(name, handle)
                else handles.current.delete(name)
              }}
            />
          </div>
        </div>
      ))}
    </section>
  )
}

function Marked({ places }: { places: number }) {
  if (places === 0) return null
  return (
    <>
      <span className="warning" aria-hidden="true">
        {" "}
        ({places})
      </span>
      <span className="aloud">
        ({places} marked {places === 1 ? "place" : "places"})
      </span>
    </>
  )
}

function FileEditor({
  name,
  remote,
  ...rest
}: Omit<Parameters<typeof Editor>[0], "file" | "label" | "extra"> & { name: string; remote: WorkerShape | null }) {
  const code = /\.[cm]?[jt]s$/.test(name)
  const extra = useMemo(() => (remote && code ? checked(remote, name) : null), [remote, code, name])
  return <Editor file={name} label={name} extra={extra} {...rest} />
}

/** null until the compiler is there, which takes some seconds the first time; one writes meanwhile. */
function useChecker(types: Record<string, string>): WorkerShape | null {
  const [remote, setRemote] = useState<WorkerShape | null>(null)
  useEffect(() => {
    let over = false
    let worker: Worker | null = null
    startChecker(types).then(
      (checker) => {
        worker = checker.worker
        if (over) worker.terminate()
        else setRemote(() => checker.remote)
      },
      // Without it the sandbox still checks; nothing is lost but the early word.
      () => {},
    )
    return () => {
      over = true
      worker?.terminate()
      setRemote(null)
    }
  }, [types])
  return remote
}
