/** A password, with a button that shows it: reached by Tab, and named by whose field it is. */
import { PasswordInput, type PasswordInputProps } from "@mantine/core"

export function PasswordField({ called = "the password", ...rest }: PasswordInputProps & { called?: string }) {
  return (
    <PasswordInput
      required
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ "aria-label": `Show ${called}` }}
      {...rest}
    />
  )
}
