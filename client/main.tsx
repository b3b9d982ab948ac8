/** The app's entry: palette, parts, cache, routes. */
import "@mantine/core/styles.css"
import "./style/base.css"
import { MantineProvider } from "@mantine/core"
import { QueryClientProvider } from "@tanstack/react-query"
import { RouterProvider } from "@tanstack/react-router"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { queryClient } from "./api/queries.ts"
import { router } from "./routes.tsx"
import { PALETTE, resolver, theme } from "./style/theme.ts"

const sheet = document.createElement("style")
sheet.textContent = PALETTE
document.head.prepend(sheet)

createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
