/** Where the newest text is kept, truthfully; and the choice where it is in two places. */
import { Button } from "@mantine/core"
import { useEffect, useRef, useState } from "react"
import { secondOf } from "../frame/words.ts"
import type { DraftKeeper, Saved } from "./draft-keeper.ts"

export function SavedStamp({
  saved,
  asked,
}: {
  saved: Saved
  /** How often somebody has asked to save now. */
  asked: number
}) {
  const aloud = useAloud(saved, asked)
  return (
    <>
      <span className="stamp small muted">{textOf(saved)}</span>
      <span className="aloud" role="status">
        {/* A new one each time: the same words are heard again. */}
        <span key={aloud.asked}>{aloud.text}</span>
      </span>
    </>
  )
}

/** Whoever listens hears what needs them, and the answer where they asked; that each pause was saved they do not. */
function useAloud(saved: Saved, asked: number): { text: string; asked: number } {
  const [aloud, setAloud] = useState({ text: "", asked })
  const answered = useRef(asked)
  useEffect(() => {
    if (saved.kind === "unsaved" || saved.kind === "saving") return
    const isAnswer = asked !== answered.current
    answered.current = asked
    setAloud({ text: saved.kind === "saved" && !isAnswer ? "" : textOf(saved), asked })
  }, [saved, asked])
  return aloud
}

function textOf(saved: Saved): string {
  switch (saved.kind) {
    case "saved":
      return saved.at === null ? "nothing typed yet" : `saved ${secondOf(saved.at)}`
    case "unsaved":
      return "not saved yet"
    case "saving":
      return "saving…"
    case "offline":
      return "offline: kept in this browser"
    case "signed out":
      return "signed out: kept in this browser"
    case "elsewhere":
      return "edited elsewhere"
    case "refused":
      return `not saved: ${saved.because}`
  }
}

export function EditedElsewhere({ keeper }: { keeper: DraftKeeper }) {
  return (
    <div className="note warns" role="alert">
      <p>This was edited elsewhere since it was opened here.</p>
      <div className="row">
        <Button size="xs" variant="default" onClick={() => void keeper.takeTheirs().catch(() => {})}>
          Take what is there
        </Button>
        <Button size="xs" variant="default" onClick={() => void keeper.keepMine()}>
          Keep what is here
        </Button>
      </div>
    </div>
  )
}
