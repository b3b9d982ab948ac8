import { chown, mkdtemp, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it } from "vitest"
import { serveBroker } from "../../../server/broker/serve-broker.ts"
import { tinyMachine } from "../../support/tiny-broker.ts"

const SOMEBODY = 12_345

// Giving a file away takes root, as CI has it.
it.runIf(process.getuid?.() === 0)("the broker's socket is its folder's owner's, and nobody else's", async () => {
  const folder = await mkdtemp(join(tmpdir(), "broker-"))
  await chown(folder, SOMEBODY, SOMEBODY)
  const path = join(folder, "broker.sock")
  const broker = await serveBroker(path, tinyMachine(1), () => {})
  try {
    const { uid, gid, mode } = await stat(path)
    expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: SOMEBODY, gid: SOMEBODY, mode: 0o600 })
  } finally {
    await broker.close()
    await rm(folder, { recursive: true })
  }
})
