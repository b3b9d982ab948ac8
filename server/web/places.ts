/** Places in the queue, looked at once for all who watch: with every submission of anybody all of them may change. */
import type { Database } from "../store/database.ts"
import { type Place, readPlaces } from "../store/dispatch.ts"

/** As old as what is shown may be. */
const OLDEST_MS = 1_000
/** Whoever has just come is not in the last look; then a new one is due, but not for each of many. */
const NEWEST_MS = 200

interface Look {
  at: number
  places: Promise<Map<string, Place>>
}

const looks = new WeakMap<Database, Look>()

/** undefined: it does not wait, or has begun to only just now. */
export async function placeOf(db: Database, submission: string): Promise<Place | undefined> {
  const known = await recent(db, OLDEST_MS)
  return known.get(submission) ?? (await recent(db, NEWEST_MS)).get(submission)
}

function recent(db: Database, oldestMs: number): Promise<Map<string, Place>> {
  const last = looks.get(db)
  if (last && performance.now() - last.at < oldestMs) return last.places
  const places = readPlaces(db)
  looks.set(db, { at: performance.now(), places })
  // A look that failed is not kept.
  places.catch(() => looks.delete(db))
  return places
}
