/** Where a password is chosen: the same rule and words wherever that is. */
import { PasswordInput } from "@mantine/core"

const SHORTEST_PASSWORD = 10

export function NewPasswordField({ name = "password", label }: { name?: string; label: string }) {
  return (
    <PasswordInput
      label={label}
      description={`At least ${SHORTEST_PASSWORD} characters`}
      name={name}
      autoComplete="new-password"
      minLength={SHORTEST_PASSWORD}
      required
    />
  )
}
