/** Which requests of a call depend on each other, as it is counted at a real host: by what was sent before what was heard, not by the clock. */
import { afterAll, beforeAll, expect, test } from "vitest"
import { type SealedHost, sealedHost } from "./sealed-host.ts"

let sealed: SealedHost
beforeAll(async () => {
  sealed = await sealedHost()
})
afterAll(() => sealed?.close())

const ROUNDS = 20

/** A client of the line engine: one line out, one back, in order. `work(milliseconds)` keeps the process busy. */
const CLIENT = `
  const net = process.getBuiltinModule("net")
  const open = () => {
    const waiting = []
    let rest = ""
    const socket = net.connect(9042, "127.0.0.1").setNoDelay(true)
    socket.setEncoding("utf8").on("data", (text) => {
      const lines = (rest + text).split("\\n")
      rest = lines.pop()
      for (const line of lines) waiting.shift()(line)
    })
    return (line) => new Promise((resolve) => { waiting.push(resolve); socket.write(line + "\\n") })
  }
  const work = (ms) => { const end = performance.now() + ms; while (performance.now() < end); }
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const one = open(), other = open()
`

/** Waves of each round of a call with this body, of which the first is left out: it opens the connections. */
async function wavesOf(body: string): Promise<number[]> {
  await sealed.run(`${CLIENT} export default () => ({ async read() { ${body} } })`, ["read"])
  const waves: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const before = sealed.host.traffic().waves
    sealed.host.holdReplies()
    const reply = await sealed.host.call("read", [], { limitMs: 20_000 })
    sealed.host.passReplies()
    expect(reply).toMatchObject({ ok: true })
    if (round > 0) waves.push(sealed.host.traffic().waves - before)
  }
  return waves
}
const always = (waves: number) => Array.from({ length: ROUNDS }, () => waves)

test("requests sent one after the other without waiting are one, however slowly they are sent", async () => {
  const slowly = `const sent = []; for (let i = 0; i < 8; i++) { sent.push(one("a" + i), other("b" + i)); work(1); await turn() }; await Promise.all(sent)`
  expect(await wavesOf(slowly)).toEqual(always(1))
})

test("requests that wait for each other are as many as they are", async () => {
  expect(await wavesOf(`for (let i = 0; i < 12; i++) { await one("a" + i); work(i % 3) }`)).toEqual(always(12))
})

test("chains side by side are as many as the longest has", async () => {
  const chains = `const chain = async (send, length) => { for (let i = 0; i < length; i++) { work(i % 2); await send("x" + i) } }
    await Promise.all([chain(one, 3), chain(one, 5), chain(other, 4)])`
  expect(await wavesOf(chains)).toEqual(always(5))
})
