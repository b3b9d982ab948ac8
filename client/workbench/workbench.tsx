/** Where an answer is written and run: brief, editors and outcome beside each other, or as three tabs on a narrow screen. */
import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link, useParams, useSearch } from "@tanstack/react-router"
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react"
import { SignInForm } from "../account/sign-in.tsx"
import type { QuestionView } from "../api/api.ts"
import { content, question, submissions } from "../api/queries.ts"
import { Dialog } from "../frame/dialog.tsx"
import { Loading } from "../frame/loading.tsx"
import { Problem } from "../frame/problem.tsx"
import { useTitle } from "../frame/title.ts"
import { engineTitle } from "../frame/words.ts"
import { Clock, sittingQuery } from "../question/sitting.tsx"
import { BeginAgain } from "./begin-again.tsx"
import { Brief } from "./brief.tsx"
import type { DraftKeeper } from "./draft-keeper.ts"
import { Earlier } from "./earlier.tsx"
import { Editors, type EditorsHandle } from "./editors.tsx"
import { filesOf, wordsIn } from "./files.ts"
import { useHandIn } from "./hand-in.ts"
import { Outcome, useOutcome } from "./outcome.tsx"
import { EditedElsewhere, SavedStamp } from "./saved-stamp.tsx"
import { MOD, ShortcutSheet, useShortcuts } from "./shortcuts.tsx"
import "./workbench.css"
import { Timer } from "./timer.tsx"
import { useDraft, useKept } from "./use-draft.ts"

const Diff = lazy(async () => ({ default: (await import("../compare/diff.tsx")).Diff }))

export function WorkbenchPage() {
  const { question: id, engine } = useParams({ from: "/questions/$question/work/$engine" })
  const { sitting } = useSearch({ from: "/questions/$question/work/$engine" })
  const { data, error } = useQuery({ ...question(id), refetchOnWindowFocus: false })
  const { keeper, error: notOpened } = useDraft(id, engine)
  useTitle(data ? `${data.title} on ${engineTitle(engine)}` : "")
  if (error && !data) return <Problem error={error} />
  if (data && !data.engines.includes(engine))
    return (
      <section className="page">
        <h1>{data.title}</h1>
        <p>
          This question is not asked on {engineTitle(engine)}, but on {data.engines.map(engineTitle).join(" and ")}.{" "}
          <Link to="/questions/$question" params={{ question: id }}>
            To the question
          </Link>
        </p>
      </section>
    )
  if (notOpened && !keeper) return <Problem error={notOpened} />
  if (!data || !keeper) return <Loading what="Opening your draft" />
  return <Workbench key={`${id} ${engine}`} question={data} engine={engine} keeper={keeper} sitting={sitting} />
}

const sumOf = (criteria: { points: number }[]): number => criteria.reduce((sum, one) => sum + one.points, 0)

const PARTS = ["Brief", "Work", "Outcome"] as const

function Workbench({
  question: asked,
  engine,
  keeper,
  sitting,
}: {
  question: QuestionView
  engine: string
  keeper: DraftKeeper
  sitting: string | undefined
}) {
  const kept = useKept(keeper)!
  const [part, setPart] = useState<(typeof PARTS)[number]>("Work")
  const [briefOpen, setBriefOpen] = useState(true)
  const [saveAsked, setSaveAsked] = useState(0)
  const [sheet, setSheet] = useState(false)
  const [diff, setDiff] = useState(false)
  const [wordless, setWordless] = useState<"not asked" | "asked" | "being written">("not asked")
  const [newest, setNewest] = useNewest(asked.id, engine)
  const outcome = useOutcome(newest)
  const editors = useRef<EditorsHandle | null>(null)
  const handing = useHandIn((id) => {
    setNewest(id)
    setPart("Outcome")
  })
  const signedOut = kept.saved.kind === "signed out" || handing.state.kind === "signed out"

  const busy = handing.state.kind === "sending" || handing.state.kind === "trying again"

  function handIn(quick: boolean) {
    setPart("Outcome")
    void keeper.flush()
    handing.handIn({ question: asked.id, engine, work: keeper.work, quick, sitting })
  }
  /** What counts is not handed in by mistake without its written half. */
  function submit() {
    if (busy) return
    if (wordsIn(keeper.work.answer) === 0) setWordless("asked")
    else handIn(false)
  }
  useShortcuts({
    run: () => handIn(true),
    submit,
    save() {
      setSaveAsked((often) => often + 1)
      void keeper.flush()
    },
    file(at) {
      setPart("Work")
      editors.current?.show(at)
    },
    sheet: () => setSheet(true),
  })
  const onReady = useCallback((handle: EditorsHandle) => {
    editors.current = handle
  }, [])

  /** Beside the attempts; where there is no such column yet, below the brief. */
  const beginAgain = (
    <BeginAgain
      question={asked.id}
      engine={engine}
      keeper={keeper}
      onBegun={() => {
        setPart("Work")
        editors.current?.show(0)
      }}
    />
  )
  const withOutcome = newest !== null || handing.state.kind !== "none"

  return (
    <div className="workbench" data-part={part} data-brief={briefOpen} data-outcome={withOutcome}>
      <h1 className="aloud">
        {asked.title} on {engineTitle(engine)}
      </h1>
      <nav className="parts no-print" aria-label="What to show">
        {PARTS.map((one) => (
          <button key={one} type="button" aria-pressed={one === part} onClick={() => setPart(one)}>
            {one}
          </button>
        ))}
      </nav>
      <div className="columns">
        <div className="column column-brief">
          <button
            type="button"
            className="link fold"
            aria-expanded={briefOpen}
            onClick={() => setBriefOpen(!briefOpen)}
          >
            {briefOpen ? "Fold the brief away" : "Brief"}
          </button>
          {briefOpen && <Brief question={asked} engine={engine} />}
          {briefOpen && !withOutcome && <div className="wide-only">{beginAgain}</div>}
        </div>
        <div className="column column-work">
          {kept.saved.kind === "elsewhere" && <EditedElsewhere keeper={keeper} />}
          <Editors keeper={keeper} question={asked} engine={engine} notes={outcome.notes} onReady={onReady} />
        </div>
        <div className="column column-outcome">
          <Outcome
            outcome={outcome}
            handing={handing.state}
            onGiveUp={handing.giveUp}
            onGoTo={(file, line) => {
              setPart("Work")
              editors.current?.goTo(file, line)
            }}
          />
          {newest !== null && <Earlier question={asked.id} engine={engine} shown={newest} />}
          {beginAgain}
        </div>
      </div>
      <footer className="work-foot">
        <span className="mark at-rest">{engineTitle(engine)}</span>
        {sitting === undefined ? (
          <Timer question={asked.id} minutes={asked.minutes} />
        ) : (
          <SittingClock sitting={sitting} />
        )}
        <SavedStamp saved={kept.saved} asked={saveAsked} />
        <span className="push wide-only" />
        <Button className="wide-only" size="xs" variant="subtle" onClick={() => setSheet(true)}>
          Shortcuts
        </Button>
        <Button className="at-rest" size="xs" variant="subtle" onClick={() => setDiff(true)}>
          <span>
            Since <span className="wide-only">the </span>last attempt
          </span>
        </Button>
        <span className="hand-in">
          <Button size="xs" variant="default" aria-disabled={busy} onClick={() => handIn(true)}>
            Run for free
            <kbd className="wide-only">{MOD} ↵</kbd>
          </Button>
          <Button size="xs" aria-disabled={busy} onClick={submit}>
            Submit
            <kbd className="wide-only">⇧ {MOD} ↵</kbd>
          </Button>
        </span>
      </footer>
      <ShortcutSheet open={sheet} onClose={() => setSheet(false)} />
      <Dialog open={diff} onClose={() => setDiff(false)} title="Since the last attempt" size="80rem">
        {diff && <SinceLast question={asked} engine={engine} keeper={keeper} />}
      </Dialog>
      <Dialog
        open={wordless === "asked"}
        onClose={() => setWordless("not asked")}
        returnFocus={wordless !== "being written"}
        title="Your answer is empty"
      >
        <p>
          Nothing is written in answer.md yet, and{" "}
          {sumOf(asked.rubric.criteria.filter(({ kind }) => kind === "written" || kind === "claim"))} of the{" "}
          {sumOf(asked.rubric.criteria)} points are given for what stands there.
        </p>
        <div className="row">
          <Button
            data-autofocus
            onClick={() => {
              setWordless("being written")
              setPart("Work")
              editors.current?.show(0)
            }}
          >
            Write it first
          </Button>
          <Button
            variant="default"
            onClick={() => {
              setWordless("not asked")
              handIn(false)
            }}
          >
            Submit without it
          </Button>
        </div>
      </Dialog>
      <Dialog open={signedOut} title="Your session has ended">
        <p>What you wrote is kept in this browser. Sign in again, and it is saved.</p>
        <SignInForm
          onSignedIn={() => {
            void keeper.flush()
            handing.again()
          }}
        />
      </Dialog>
    </div>
  )
}

function SittingClock({ sitting }: { sitting: string }) {
  const { data } = useQuery(sittingQuery(sitting))
  if (!data) return null
  return (
    <span className="small at-rest">
      <Clock sitting={data} /> left of {data.interview}
    </span>
  )
}

/** The newest submission of this window's work: kept over a reload, so that its outcome is there again. */
function useNewest(of: string, engine: string): [string | null, (id: string) => void] {
  const key = `proofrun-newest ${of} ${engine}`
  const [id, setId] = useState(() => sessionStorage.getItem(key))
  const { data } = useQuery({ ...submissions(of), refetchOnWindowFocus: false })
  // One that was handed in elsewhere and still runs is the newest as well.
  const active = data?.find(
    (one) => one.engine === engine && ["queued", "running", "measured", "grading"].includes(one.state),
  )
  useEffect(() => {
    if (active) setId((known) => known ?? active.id)
  }, [active])
  return [
    id,
    (next) => {
      sessionStorage.setItem(key, next)
      setId(next)
    },
  ]
}

function SinceLast({
  question: asked,
  engine,
  keeper,
}: {
  question: QuestionView
  engine: string
  keeper: DraftKeeper
}) {
  const { data: all } = useQuery(submissions(asked.id))
  const last = all?.find((one) => one.engine === engine && !one.quick)
  const { data: before, error } = useQuery({ ...content(last?.id ?? ""), enabled: last !== undefined })
  if (all && !last) return <p>You have submitted nothing on {engineTitle(engine)} yet.</p>
  if (error) return <p className="note warns">It could not be loaded just now.</p>
  if (!before) return <Loading />
  const withSchema = asked.withSchema.includes(engine)
  const then = new Map(filesOf(before, withSchema).map(({ name, text }) => [name, text]))
  const changed = filesOf(keeper.work, withSchema).filter(({ name, text }) => (then.get(name) ?? "") !== text)
  if (changed.length === 0) return <p>Nothing has changed since.</p>
  return (
    <Suspense fallback={<Loading />}>
      {changed.map(({ name, text }) => (
        <div key={name}>
          <h3>{name}</h3>
          <Diff name={name} from={then.get(name) ?? ""} to={text} />
        </div>
      ))}
    </Suspense>
  )
}
