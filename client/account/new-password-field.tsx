/** Where a password is chosen: the same rule and words wherever that is. */
import { PasswordField } from "./password-field.tsx"

const SHORTEST_PASSWORD = 10

export function NewPasswordField({
  name = "password",
  label,
  called,
}: {
  name?: string
  label: string
  called?: string
}) {
  return (
    <PasswordField
      label={label}
      called={called}
      description={`At least ${SHORTEST_PASSWORD} characters`}
      name={name}
      autoComplete="new-password"
      minLength={SHORTEST_PASSWORD}
    />
  )
}
