/** Content hashes of files, remembered between runs by what the file system says of each file, so that a warm start reads no contents. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { type ContextFile, hashOf } from "./build-context.ts"

export interface FileHashes {
  of(file: ContextFile): string
  /** Writes down what was learned, for the next run. Losing it costs time only. */
  save(): void
}

/** A change within the clock tick of the one before leaves the same times: hashes of files changed this recently are not remembered. */
const YOUNG_MS = 2_000
/** Beyond this the memory is mostly of trees that are gone; it starts anew. */
const MOST_FILES = 20_000

type Memory = Record<string, [stamp: string, hash: string]>

/** @param path file that keeps the hashes; a damaged or missing one counts as empty. */
export function fileHashes(path: string, nowMs: () => number = Date.now): FileHashes {
  let memory: Memory | undefined
  const known = () => {
    memory ??= read(path)
    return memory
  }
  const fresh = new Map<string, string>()
  let learned = false
  return {
    of(file) {
      const { size, mtimeNs, ctimeNs, ino, dev } = file.stats
      // ctime cannot be set by hand, so an old mtime put back (touch, tar, git) does not hide a change.
      const stamp = [size, mtimeNs, ctimeNs, ino, dev].join(" ")
      const entry = known()[file.source]
      if (entry?.[0] === stamp) return entry[1]
      const seen = fresh.get(file.source + stamp)
      if (seen) return seen
      const hash = hashOf(file)
      fresh.set(file.source + stamp, hash)
      if (nowMs() - Number(ctimeNs / 1_000_000n) > YOUNG_MS) {
        known()[file.source] = [stamp, hash]
        learned = true
      }
      return hash
    },
    save() {
      if (!learned) return
      const kept = Object.keys(known()).length > MOST_FILES ? {} : known()
      mkdirSync(dirname(path), { recursive: true })
      const partial = `${path}.${process.pid}`
      writeFileSync(partial, JSON.stringify(kept))
      renameSync(partial, path)
      learned = false
    },
  }
}

function read(path: string): Memory {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Memory
  } catch {
    return {}
  }
}
