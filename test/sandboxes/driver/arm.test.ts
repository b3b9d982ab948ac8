import { describe, expect, test, vi } from "vitest"
import { type Arm, type ArmHost, endTurn, runOn, send } from "../../../sandboxes/driver/arm.ts"

/** A host that has been quiet since then, and whose background work asks again at these times after it was first looked at. */
function scriptedHost(workAtMs: number[] = []): ArmHost & { looked: number } {
  const began = performance.now()
  const host = {
    looked: 0,
    quiet: async () => void host.looked++,
    quietSinceMs: () => Math.max(began, ...workAtMs.map((ms) => began + ms).filter((at) => at <= performance.now())),
  }
  return host as unknown as ArmHost & { looked: number }
}

const armOf = (hosts: readonly [ArmHost, ArmHost], lagMs: number, pauseMs: number) =>
  ({ hosts, runsOn: { lagMs, pauseMs } }) as unknown as Arm

async function took(arm: Arm): Promise<number> {
  const before = performance.now()
  await runOn(arm)
  return performance.now() - before
}

describe("an arm runs on", () => {
  test("no longer than its requests take, where its work is known to make no pauses", async () => {
    const hosts = [scriptedHost(), scriptedHost()] as const
    await runOn(armOf(hosts, 2000, 0))
    expect(hosts.map(({ looked }) => looked)).toEqual([1, 1])
  })

  test("until both hosts have been quiet for as long as its work pauses", async () => {
    const ms = await took(armOf([scriptedHost(), scriptedHost([10, 20, 30])], 2000, 20))
    expect(ms).toBeGreaterThanOrEqual(49)
  })

  test("no longer than the lag that the question permits", async () => {
    const for_ever = Array.from({ length: 10_000 }, (_, index) => index)
    const ms = await took(armOf([scriptedHost(for_ever), scriptedHost()], 60, 30))
    expect(ms).toBeGreaterThanOrEqual(59)
    expect(ms).toBeLessThan(1000)
  })
})

test("an arm whose requests never end is over, and its turn ends", async () => {
  vi.useFakeTimers()
  try {
    const refused: string[] = []
    let nothing = () => {}
    const endless = {
      ...scriptedHost(),
      quiet: () => new Promise<void>((resolve) => (nothing = resolve)),
      refuse({ stage, message }: { stage: string; message: string }) {
        refused.push(`${stage}: ${message}`)
        nothing()
      },
      stop: async () => {},
      turn() {},
    } as unknown as ArmHost
    const ended = endTurn(armOf([endless, { ...scriptedHost(), stop: async () => {}, turn() {} }], 0, 0))
    await vi.advanceTimersByTimeAsync(19_000)
    expect(refused).toEqual([])
    await vi.advanceTimersByTimeAsync(2_000)
    await ended
    expect(refused).toEqual([expect.stringMatching(/^quota: For 20 s after its calls there was always a request/)])
  } finally {
    vi.useRealTimers()
  }
})

test("moments are told to the oracle in the order in which they happen, none twice", async () => {
  const moments: number[] = []
  const oracle = {
    sent: (_: unknown, at: number) => moments.push(at),
    settled: (_: unknown, at: number) => moments.push(at),
  }
  const host = { call: async () => ({ ok: true, value: null }) }
  const arm = { hosts: [host, host], oracle, runsOn: { lagMs: 0, pauseMs: 0 } } as unknown as Arm
  const operations = { lagMs: 0, isWrite: () => true, limitMs: () => 1000, names: [] }
  for (let i = 0; i < 200; i++) await send(arm, 0, { operation: "post", args: [] }, operations)
  expect(moments).toHaveLength(400)
  for (const [index, moment] of moments.entries()) if (index > 0) expect(moment).toBeGreaterThan(moments[index - 1])
})
