/** The way back to the starter, for whoever has written over it. */
import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { starter } from "../api/queries.ts"
import { Dialog } from "../frame/dialog.tsx"
import type { DraftKeeper } from "./draft-keeper.ts"

export function BeginAgain({
  question,
  engine,
  keeper,
  onBegun,
}: {
  question: string
  engine: string
  keeper: DraftKeeper
  /** The files hold the starter; who asked for it is to be brought there. */
  onBegun: () => void
}) {
  const { data } = useQuery(starter(question, engine))
  const [state, setState] = useState<"not asked" | "asked" | "begun">("not asked")
  if (!data) return null
  return (
    <>
      <p className="small">
        <button type="button" className="link" onClick={() => setState("asked")}>
          Begin again from the starter
        </button>
      </p>
      <Dialog
        open={state === "asked"}
        onClose={() => setState("not asked")}
        returnFocus={state !== "begun"}
        title="Begin again from the starter?"
      >
        <p>What you wrote is replaced, in all files; what you handed in stays as it is.</p>
        <div className="row">
          <Button data-autofocus onClick={() => setState("not asked")}>
            Keep what I wrote
          </Button>
          <Button
            variant="default"
            onClick={() => {
              setState("begun")
              keeper.replace(data)
              onBegun()
            }}
          >
            Replace it
          </Button>
        </div>
      </Dialog>
    </>
  )
}
