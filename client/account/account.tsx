/** One's account: name, password, everything that is kept as a file, and its end. */
import { Button, TextInput } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useState } from "react"
import { api, sentence } from "../api/api.ts"
import { me, queryClient } from "../api/queries.ts"
import { changePassword, rename, signOut } from "../api/sign-in.ts"
import { Dialog } from "../frame/dialog.tsx"
import { Loading } from "../frame/loading.tsx"
import { saveAs } from "../frame/save-as.ts"
import { useTitle } from "../frame/title.ts"
import { Form } from "./form.tsx"
import { NewPasswordField } from "./new-password-field.tsx"
import { PasswordField } from "./password-field.tsx"

export function AccountPage() {
  useTitle("Account")
  const { data: person } = useQuery(me)
  const [said, setSaid] = useState<string | null>(null)
  const [exporting, setExporting] = useState(false)
  if (!person) return <Loading />
  return (
    <>
      <h1>Account</h1>
      <p className="muted">
        {person.email} · {person.role}
        {person.organisations.map(({ id, name, role }) => (
          <span key={id}>
            {" "}
            · {role} at {name}
          </span>
        ))}
      </p>
      <p role="status" className={said ? "note says" : undefined}>
        {said}
      </p>
      <h2>Name</h2>
      <Form
        button="Change it"
        send={async ({ name = "" }) => {
          const wrong = await rename(name)
          if (wrong === null) setSaid("Your name is changed.")
          return wrong
        }}
      >
        <TextInput label="Name" name="name" defaultValue={person.name} autoComplete="name" required maxLength={200} />
      </Form>
      <h2>Password</h2>
      <Form
        button="Change it"
        send={async ({ current = "", next = "" }) => {
          const wrong = await changePassword(current, next)
          if (wrong === null) setSaid("Your password is changed. Other sessions of yours have ended.")
          return wrong
        }}
      >
        <PasswordField
          label="Present password"
          called="the present password"
          name="current"
          autoComplete="current-password"
        />
        <NewPasswordField label="New password" called="the new password" name="next" />
      </Form>
      <h2>Your data</h2>
      <p>
        Everything that is kept about you: account, drafts, submissions, reports, what you were shown, as one JSON file.
      </p>
      <Button
        variant="default"
        loading={exporting}
        onClick={async () => {
          setExporting(true)
          try {
            saveAs("proofrun-export.json", JSON.stringify(await api.account.export(), null, 1))
          } catch (error) {
            setSaid(sentence(error))
          } finally {
            setExporting(false)
          }
        }}
      >
        Download everything
      </Button>
      <Removal />
    </>
  )
}

function Removal() {
  const [open, setOpen] = useState(false)
  const navigate = useNavigate()
  return (
    <>
      <h2>The end of it</h2>
      <p>Deletes your account with every draft, submission and report. Nothing of it can be brought back.</p>
      <Button variant="default" onClick={() => setOpen(true)}>
        Delete my account
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Delete your account for good?">
        <Form
          button="Delete everything"
          send={async ({ password = "" }) => {
            try {
              await api.account.remove({ password })
            } catch (error) {
              return sentence(error)
            }
            await signOut().catch(() => {})
            queryClient.clear()
            await navigate({ to: "/" })
            return null
          }}
        >
          <PasswordField
            label="Your password, to be sure that it is you"
            name="password"
            autoComplete="current-password"
            data-autofocus
          />
        </Form>
      </Dialog>
    </>
  )
}
