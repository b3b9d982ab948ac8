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
  if (since === null)
    return (
      <Button
        size="xs"
        variant="subtle"
        onClick={() => {
          localStorage.setItem(key, String(Date.now()))
          setNow(Date.now())
          setSince(Date.now())
        }}
      >
        Start a timer
      </Button>
    )
  const seconds = Math.max(0, Math.floor((now - since) / 1000))
  return (
    <span className="row small">
      <span role="timer">
        {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, "0")} of about {minutes} min
      </span>
      <Button
        size="xs"
        variant="subtle"
        onClick={() => {
          localStorage.removeItem(key)
          setSince(null)
        }}
      >
        Stop
      </Button>
    </span>
  )
}
