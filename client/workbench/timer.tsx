/** A clock for whoever wants to practise against one: begun by hand, kept over a reload, and without any consequence. */
import { Button } from "@mantine/core"
import { useEffect, useState } from "react"

export function Timer({ question, minutes }: { question: string; minutes: number }) {
  const key = `proofrun-timer ${question}`
  const [since, setSince] = useState(() => Number(localStorage.getItem(key)) || null)
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (since === null) return
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [since])
  const seconds = since === null ? 0 : Math.max(0, Math.floor((now - since) / 1000))
  function startOrStop() {
    if (since === null) localStorage.setItem(key, String(Date.now()))
    else localStorage.removeItem(key)
    setNow(Date.now())
    setSince(since === null ? Date.now() : null)
  }
  return (
    <span className="row small at-rest">
      {since !== null && (
        <span role="timer">
          {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, "0")} of{" "}
          <span className="wide-only">about </span>
          {minutes} min
        </span>
      )}
      {/* One button for both: whoever pressed it has not lost their place. */}
      <Button size="xs" variant="subtle" onClick={startOrStop}>
        {since === null ? (
          "Start a timer"
        ) : (
          <>
            Stop<span className="aloud"> the timer</span>
          </>
        )}
      </Button>
    </span>
  )
}
