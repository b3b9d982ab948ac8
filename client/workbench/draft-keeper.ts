/**
 * Keeps what is being written: at once in this browser, and a second after the last key on the server. Which of the two holds what is said truthfully.
 * Knows nothing of editors or pages.
 */
import { type api, isAway, isConflict, isSignedOut, sentence, type Work } from "../api/api.ts"

export type Saved =
  | { kind: "saved"; at: Date | null }
  | { kind: "unsaved" }
  | { kind: "saving" }
  /** Nobody answers: kept in this browser, tried again. */
  | { kind: "offline" }
  /** The session has ended: kept in this browser until somebody signs in. */
  | { kind: "signed out" }
  /** Another window or device has saved since; the person decides. */
  | { kind: "elsewhere"; revision: number }
  | { kind: "refused"; because: string }

export interface DraftPlace {
  person: string
  question: string
  engine: string
}

interface LocalCopy {
  work: Work
  /** The server's revision that it was made from. */
  base: number
  /** The window that wrote it. */
  writer: string
}

type Drafts = Pick<(typeof api)["drafts"], "get" | "save">
type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">

const REST_MS = 1_000
const AGAIN_MS = 5_000

export class DraftKeeper {
  work: Work
  saved: Saved
  /** Goes up when `work` was replaced from outside: editors begin anew. */
  replaced = 0
  readonly #place: DraftPlace
  readonly #drafts: Drafts
  readonly #shelf: Shelf
  readonly #listeners = new Set<() => void>()
  /** What this window calls itself: a save whose answer was lost is known again by it. */
  readonly #writer: string
  readonly #isSignedIn: () => boolean
  #revision: number
  #timer: ReturnType<typeof setTimeout> | undefined
  #saving = false
  #stopped = false

  constructor(options: {
    place: DraftPlace
    /** What the server has; null: nothing, and `starter` is begun with. */
    stored: { work: Work; revision: number; savedAt: string; writer: string | null } | null
    starter: Work
    drafts: Drafts
    shelf: Shelf
    writer: string
    /** Whether the draft's person is still the one who is signed in: what is written is saved in nobody else's name. */
    isSignedIn: () => boolean
  }) {
    const { place, stored, starter, drafts, shelf, writer, isSignedIn } = options
    this.#isSignedIn = isSignedIn
    this.#writer = writer
    this.#place = place
    this.#drafts = drafts
    this.#shelf = shelf
    this.#revision = stored?.revision ?? 0
    const local = this.#local()
    this.work = local?.work ?? stored?.work ?? starter
    if (local === null) this.saved = { kind: "saved", at: stored ? new Date(stored.savedAt) : null }
    else if (local.base === this.#revision || (stored?.writer && stored.writer === local.writer)) {
      // Typed before the last time could be saved, or before the answer came that it was.
      this.#keepLocal()
      this.saved = { kind: "unsaved" }
      this.#later(0)
    } else this.saved = { kind: "elsewhere", revision: this.#revision }
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  change(work: Work): void {
    this.work = work
    this.#keepLocal()
    // What waits for the person's decision goes on waiting; the text is kept here.
    const waits = this.saved.kind === "elsewhere" || this.saved.kind === "signed out"
    this.#tell(waits ? this.saved : { kind: "unsaved" })
    if (!waits) this.#later(REST_MS)
  }

  /** Now rather than in a second: the window is left, or somebody signed in again. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    if (this.#saving || this.#stopped) return
    if (this.saved.kind === "saved" || this.saved.kind === "elsewhere") return
    if (!this.#isSignedIn()) return this.#tell({ kind: "signed out" })
    this.#saving = true
    this.#tell({ kind: "saving" })
    const sent = this.work
    const { question, engine } = this.#place
    try {
      const { revision, savedAt } = await this.#drafts.save({
        question,
        engine,
        revision: this.#revision,
        content: sent,
        writer: this.#writer,
      })
      this.#revision = revision
      if (this.work === sent) {
        this.#shelf.removeItem(this.#key())
        this.#tell({ kind: "saved", at: new Date(savedAt) })
      } else {
        this.#keepLocal()
        this.#tell({ kind: "unsaved" })
        this.#later(REST_MS)
      }
    } catch (error) {
      this.#notSaved(error)
    } finally {
      this.#saving = false
    }
  }

  /** Takes what is saved elsewhere; what was written here is gone. */
  async takeTheirs(): Promise<void> {
    const { question, engine } = this.#place
    const draft = await this.#drafts.get({ question, engine })
    this.#shelf.removeItem(this.#key())
    this.#revision = draft?.revision ?? 0
    if (draft) this.work = draft.content
    this.replaced++
    this.#tell({ kind: "saved", at: draft ? new Date(draft.savedAt) : null })
  }

  /** Saves what is written here over what is saved elsewhere. */
  async keepMine(): Promise<void> {
    if (this.saved.kind !== "elsewhere") return
    this.#revision = this.saved.revision
    this.#keepLocal()
    this.#tell({ kind: "unsaved" })
    await this.flush()
  }

  /** Begins from something else: a starter, an earlier attempt. */
  replace(work: Work): void {
    this.replaced++
    this.change(work)
  }

  stop(): void {
    void this.flush()
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #notSaved(error: unknown): void {
    if (isConflict(error)) {
      const { revision, writer } = (error as { data?: { revision?: number; writer?: string | null } }).data ?? {}
      if (revision !== undefined && writer === this.#writer) {
        // An earlier save of this window's own, of which it was not told.
        this.#revision = revision
        this.#keepLocal()
        this.#tell({ kind: "unsaved" })
        this.#later(0)
      } else this.#tell({ kind: "elsewhere", revision: revision ?? this.#revision })
    } else if (isSignedOut(error)) this.#tell({ kind: "signed out" })
    else if (isAway(error)) {
      this.#tell({ kind: "offline" })
      this.#later(AGAIN_MS)
    } else this.#tell({ kind: "refused", because: sentence(error) })
  }

  #later(ms: number): void {
    clearTimeout(this.#timer)
    if (!this.#stopped) this.#timer = setTimeout(() => void this.flush(), ms)
  }

  #tell(saved: Saved): void {
    this.saved = saved
    for (const listener of this.#listeners) listener()
  }

  #key(): string {
    const { person, question, engine } = this.#place
    return `proofrun-draft ${person} ${question} ${engine}`
  }

  #keepLocal(): void {
    const copy: LocalCopy = { work: this.work, base: this.#revision, writer: this.#writer }
    try {
      this.#shelf.setItem(this.#key(), JSON.stringify(copy))
    } catch {
      // The browser's shelf is full or closed; the server is asked in a second.
    }
  }

  #local(): LocalCopy | null {
    try {
      return JSON.parse(this.#shelf.getItem(this.#key()) ?? "null") as LocalCopy | null
    } catch {
      return null
    }
  }
}
