/** A forgotten password, and the page that a link for a new one leads to. */
import { TextInput } from "@mantine/core"
import { Link, useSearch } from "@tanstack/react-router"
import { useState } from "react"
import { askForNewPassword, setNewPassword } from "../api/sign-in.ts"
import { useTitle } from "../frame/title.ts"
import { Form } from "./form.tsx"
import { NewPasswordField } from "./new-password-field.tsx"

export function ForgottenPasswordPage() {
  useTitle("Forgotten password")
  const [asked, setAsked] = useState(false)
  return (
    <>
      <h1>Forgotten your password?</h1>
      {asked ? (
        <p className="note says" role="status">
          If there is an account with that address, a link is on its way to it. Where this installation sends no mail,
          an admin can make the link for you.
        </p>
      ) : (
        <Form
          button="Send a link"
          send={async ({ email = "" }) => {
            const wrong = await askForNewPassword(email)
            setAsked(wrong === null)
            return wrong
          }}
        >
          <TextInput label="E-mail address" name="email" type="email" autoComplete="username" required />
        </Form>
      )}
      <p>
        <Link to="/sign-in">Back to signing in</Link>
      </p>
    </>
  )
}

export function NewPasswordPage() {
  useTitle("A new password")
  const { token } = useSearch({ from: "/new-password" })
  const [done, setDone] = useState(false)
  return (
    <>
      <h1>A new password</h1>
      {token === undefined ? (
        <p className="note warns">This link is not whole. Ask for another.</p>
      ) : done ? (
        <p className="note says" role="status">
          That is your password now. All sessions have ended; <Link to="/sign-in">sign in</Link>.
        </p>
      ) : (
        <Form
          button="Set it"
          send={async ({ password = "" }) => {
            const wrong = await setNewPassword(token, password)
            setDone(wrong === null)
            return wrong
          }}
        >
          <NewPasswordField label="New password" called="the new password" />
        </Form>
      )}
    </>
  )
}
