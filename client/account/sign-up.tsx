/** Signing up: a name, an e-mail address, a password. */
import { TextInput } from "@mantine/core"
import { Link, useRouter, useSearch } from "@tanstack/react-router"
import { signUp } from "../api/sign-in.ts"
import { useTitle } from "../frame/title.ts"
import { Form } from "./form.tsx"
import { NewPasswordField } from "./new-password-field.tsx"

export function SignUpPage() {
  useTitle("Sign up")
  const router = useRouter()
  const { back } = useSearch({ from: "/sign-up" })
  return (
    <>
      <h1>Sign up</h1>
      <p>Your work stays with your account; you can take it out or delete it whenever you like.</p>
      <Form
        button="Sign up"
        send={async ({ name = "", email = "", password = "" }) => {
          const wrong = await signUp(name, email, password)
          if (wrong === null) router.history.push(back ?? "/")
          return wrong
        }}
      >
        <TextInput label="Name" name="name" autoComplete="name" required maxLength={200} />
        <TextInput label="E-mail address" name="email" type="email" autoComplete="username" required />
        <NewPasswordField label="Password" />
      </Form>
      <p>
        You have an account?{" "}
        <Link to="/sign-in" search={back === undefined ? {} : { back }}>
          Sign in
        </Link>
      </p>
    </>
  )
}
