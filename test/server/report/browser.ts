/** The system's Chromium for tests that look at a page; null where there is none. Started for one test file, closed by it. */
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BrowserContext, chromium } from "playwright-core"
import { CHROMIUM } from "../../../server/commands/test.ts"

export const hasChromium = existsSync(CHROMIUM)

export interface LookOptions {
  colorScheme: "light" | "dark"
  width: number
}

/** Opens Chromium with a profile of its own, gives it to `use`, and leaves nothing behind. */
export async function withBrowser<T>(
  { colorScheme, width }: LookOptions,
  use: (context: BrowserContext) => Promise<T>,
): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), "proofrun-chromium-"))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    colorScheme,
    viewport: { width, height: 900 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  })
  try {
    return await use(context)
  } finally {
    await context.close()
    rmSync(profile, { recursive: true, force: true })
  }
}
