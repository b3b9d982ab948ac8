/** Our palette, the same as that of saved reports, in the variables that Mantine's parts and ours read. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core"
import { DARK, LIGHT, PRINT } from "../../server/report/html-style.ts"

const accent: MantineColorsTuple = [
  "#e8f2fd",
  "#cfe2f8",
  "#a3c9f2",
  "#74b5ff",
  "#4a94e0",
  "#2673c4",
  "#0a56a8",
  "#084a91",
  "#073f7c",
  "#053466",
]

export const theme = createTheme({
  colors: { accent },
  primaryColor: "accent",
  primaryShade: 6,
  defaultRadius: "sm",
  cursorType: "pointer",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  headings: { fontFamily: "inherit", fontWeight: "650" },
})

const shared = {
  "--mantine-color-body": "var(--paper)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--muted)",
  "--mantine-color-placeholder": "var(--muted)",
  "--mantine-color-error": "var(--warning)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-default-border": "var(--line)",
  "--mantine-color-default": "var(--paper)",
  "--mantine-color-default-hover": "var(--panel)",
}

export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared })

/** One sheet before all others: what the variables are, by the scheme that is chosen. */
export const PALETTE = `
:root { ${LIGHT} }
@media (prefers-color-scheme: dark) { :root:not([data-mantine-color-scheme]) { ${DARK} } }
:root[data-mantine-color-scheme="dark"] { ${DARK} }
@media print { :root, :root[data-mantine-color-scheme="dark"] { ${PRINT} } }
`
