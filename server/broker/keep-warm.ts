/** Keeps booted engines ready, one of each kind that a question may be answered with as far as the memory goes, until it is told to stop. */
import { totalmem } from "node:os"
import { listQuestions, readQuestion } from "../../prompts/load-question.ts"
import { poolSize } from "../../sandboxes/pool.ts"
import { engineContainer } from "../grade-submission.ts"
import type { Workshop } from "../workshop.ts"

const LOOK_EVERY_MS = 3_000

export interface Kind {
  question: string
  engine: string
}

/** Every question with every engine that it has references for. */
export async function kindsToKeep(): Promise<Kind[]> {
  const kinds: Kind[] = []
  for (const name of await listQuestions()) {
    const { question, references } = await readQuestion(name)
    for (const engine of question.engines) if (references[engine]) kinds.push({ question: name, engine })
  }
  return kinds
}

export interface KeptWarm {
  /** Stops, and takes the warm engines away, with the one that is booting. */
  stop(): Promise<void>
}

/**
 * Fills the pool now and looks after it every few seconds. `mayWork` is asked before each engine: what boots beside a measurement would be in its
 * figures. `say` is told of the first filling only.
 */
export function keepWarm(
  workshop: Workshop,
  kinds: Kind[],
  {
    mayWork,
    say,
    onError,
    onWarm = () => {},
  }: {
    mayWork: () => boolean
    say: (line: string) => void
    onError: (error: unknown) => void
    /** Told how many of a kind are warm, whenever that was looked at. */
    onWarm?: (question: string, engine: string, warm: number) => void
  },
): KeptWarm {
  const { pool, images } = workshop
  const perKind = Math.max(1, Math.floor(poolSize(totalmem()) / kinds.length))
  const stopping = new AbortController()

  async function fill(tell: (line: string) => void): Promise<void> {
    if (!mayWork()) return
    await pool.dropStale(images)
    for (const { question, engine } of kinds) {
      const have = (await pool.warm()).filter((one) => one.question === question && one.engine === engine).length
      onWarm(question, engine, have)
      for (let missing = perKind - have; missing > 0; missing--) {
        if (stopping.signal.aborted || !mayWork()) return
        tell(`Warming ${engine} for ${question}`)
        await pool.add({ images, engine: await engineContainer(engine), question }, stopping.signal)
        onWarm(question, engine, perKind - missing + 1)
      }
    }
  }

  const onFailed = (error: unknown) => {
    if (!stopping.signal.aborted) onError(error)
  }
  let busy = fill(say).catch(onFailed)
  const timer = setInterval(() => {
    busy = busy.then(() => fill(() => {})).catch(onFailed)
  }, LOOK_EVERY_MS)
  return {
    async stop() {
      stopping.abort(new Error("The pool is no longer kept."))
      clearInterval(timer)
      await busy
      await pool.dropAll()
    },
  }
}
