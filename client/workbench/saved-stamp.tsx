/** Where the newest text is kept, truthfully; and the choice where it is in two places. */
import { Button } from "@mantine/core"
import { secondOf } from "../frame/words.ts"
import type { DraftKeeper, Saved } from "./draft-keeper.ts"

export function SavedStamp({ saved }: { saved: Saved }) {
  return (
    <span className="stamp small muted" role="status">
      {textOf(saved)}
    </span>
  )
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
