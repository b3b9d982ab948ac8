/** How tests run: one file at a time, because most share one Docker Engine and some measure; never twice. */
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 400_000,
    hookTimeout: 600_000,
    retry: 0,
  },
})
