/** The key that a run's ids, payloads and call order come from: nobody outside can compute it, and the same design gets the same one. */
import { createHash, createHmac, randomBytes } from "node:crypto"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Submission } from "../sandboxes/submission.ts"
import { settings } from "./settings.ts"

/** 32 bytes, hex. A given seed takes the design's place, so that a run can be repeated with other data or the same. */
export async function attemptKey(
  stateFolder: string,
  workloadHash: string,
  submission: Submission,
  seed: string | null,
): Promise<string> {
  const secret = await readSecret(stateFolder)
  const design =
    seed === null ? [submission.engine, normalised(submission.schema ?? ""), submission.files] : ["seed", seed]
  return createHmac("sha256", secret)
    .update(JSON.stringify([workloadHash, design]))
    .digest("hex")
}

/** White space and comments do not make a new design. */
function normalised(schema: string): string {
  return schema
    .replace(/--.*$|\/\/.*$/gm, " ")
    .replace(/\s+/g, " ")
    .trim()
}

/** 32 bytes of this installation: what the settings say, or a file that is made when first asked for. */
export async function readSecret(folder: string): Promise<Buffer> {
  const { secret } = settings()
  if (secret !== undefined) return createHash("sha256").update(secret).digest()
  const file = join(folder, "secret")
  await mkdir(folder, { recursive: true })
  // "wx": of two that start at once, one writes and both read the same.
  await writeFile(file, randomBytes(32), { flag: "wx", mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error
  })
  return readFile(file)
}

/** Puts a restored installation's secret in place. false: the settings say another, so designs will be measured with other data than before. */
export async function keepSecret(folder: string, secret: Buffer): Promise<boolean> {
  if (settings().secret !== undefined) return (await readSecret(folder)).equals(secret)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, "secret"), secret, { mode: 0o600 })
  return true
}
