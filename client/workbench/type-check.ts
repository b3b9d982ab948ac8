/** Type errors, completion and what the pointer rests on, for code files; nothing of it until the compiler has been loaded behind the page. */
import { autocompletion } from "@codemirror/autocomplete"
import type { Extension } from "@codemirror/state"
import {
  tsAutocompleteWorker,
  tsFacetWorker,
  tsHoverWorker,
  tsLinterWorker,
  tsSyncWorker,
} from "@valtown/codemirror-ts"
import type { WorkerShape } from "@valtown/codemirror-ts/worker"
import * as Comlink from "comlink"

interface Checker {
  worker: Worker
  remote: WorkerShape
}

/** Resolves when the compiler is ready. The worker is the caller's to end. */
export async function startChecker(types: Record<string, string>): Promise<Checker> {
  const worker = new Worker(new URL("./type-check.worker.ts", import.meta.url), { type: "module" })
  const remote = Comlink.wrap(worker) as unknown as WorkerShape & {
    giveTypes(types: Record<string, string>): Promise<void>
  }
  await remote.giveTypes(types)
  await remote.initialize()
  return { worker, remote }
}

export function checked(remote: WorkerShape, file: string): Extension {
  return [
    tsFacetWorker.of({ worker: remote, path: `/${file}` }),
    tsSyncWorker(),
    tsLinterWorker(),
    autocompletion({ override: [tsAutocompleteWorker()] }),
    tsHoverWorker(),
  ]
}
