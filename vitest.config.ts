/**
 * How tests run, and never twice. Those that keep a Docker Engine busy, or that hold something to a time, run alone, one file after the other;
 * all others two files at a time, which took a third off their time on two cores. With --full there are more.
 */
import { defineConfig } from "vitest/config"

const ALONE = [
  "test/sandboxes/{docker,driver,engines,host}/**/*.test.ts",
  "test/sandboxes/pool.test.ts",
  "test/server/{bad-input,cheats,faults,hostile-redis,keys-apart,lag,queue,references,varied-submissions}.test.ts",
  "test/server/platform/{backup,faults,presence,real-engine,real-faults,too-much,up}.test.ts",
  "test/server/commands/regrade.test.ts",
  "test/client/real-journey.test.ts",
]

/** What a test waits for comes far sooner; a browser beside another test may need some seconds for a page. */
const AWAITED_MS = 15_000

const common = { testTimeout: 400_000, hookTimeout: 600_000, retry: 0, expect: { poll: { timeout: AWAITED_MS } } }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: "two at a time",
          include: ["test/**/*.test.ts"],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...common, name: "alone", include: ALONE, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
