/** Signing in; the fields are used again where a session ends in the middle of work. */
import { TextInput } from "@mantine/core"
import { Link, useRouter, useSearch } from "@tanstack/react-router"
import { signIn } from "../api/sign-in.ts"
import { useTitle } from "../frame/title.ts"
import { Form } from "./form.tsx"
import { PasswordField } from "./password-field.tsx"

export function SignInPage() {
  useTitle("Sign in")
  const router = useRouter()
  const { back } = useSearch({ from: "/sign-in" })
  return (
    <>
      <h1>Sign in</h1>
      <SignInForm onSignedIn={() => router.history.push(back ?? "/")} />
      <p>
        <Link to="/sign-up" search={back === undefined ? {} : { back }}>
          Sign up
        </Link>{" "}
        · <Link to="/forgotten-password">Forgotten your password?</Link>
      </p>
    </>
  )
}

export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  return (
    <Form
      button="Sign in"
      send={async ({ email = "", password = "" }) => {
        const wrong = await signIn(email, password)
        if (wrong === null) onSignedIn()
        return wrong
      }}
    >
      <TextInput label="E-mail address" name="email" type="email" autoComplete="username" required />
      <PasswordField label="Password" name="password" autoComplete="current-password" />
    </Form>
  )
}
