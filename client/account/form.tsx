/** A form of the account pages: sends once, says what was wrong where it is read, and keeps what was typed. */
import { Button } from "@mantine/core"
import { type FormEvent, type ReactNode, useState } from "react"
import { sentence } from "../api/api.ts"

export function Form({
  send,
  button,
  children,
}: {
  /** Resolves to what was wrong, or null. */
  send: (values: Record<string, string>) => Promise<string | null>
  button: string
  children: ReactNode
}) {
  const [wrong, setWrong] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
    )
    setBusy(true)
    try {
      setWrong(await send(values))
    } catch (error) {
      setWrong(sentence(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={onSubmit} style={{ maxWidth: "24rem", display: "grid", gap: "1rem", margin: "1rem 0" }}>
      {children}
      <p role="alert" className={wrong ? "note warns" : undefined} style={wrong ? {} : { margin: 0 }}>
        {wrong}
      </p>
      <Button type="submit" loading={busy} style={{ justifySelf: "start" }}>
        {button}
      </Button>
    </form>
  )
}
