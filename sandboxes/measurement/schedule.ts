/** Open-loop arrivals: when each call is meant to leave, fixed before the first one does. */

export interface Arrival {
  /** Milliseconds after the start. */
  atMs: number
  operation: string
  /** How many calls of this operation came before it. */
  index: number
  /** Which of the two arms gets it, by lot. */
  arm: 0 | 1
}

/**
 * A Poisson schedule of the mix over `seconds`, merged in time order. `random` gives uniform numbers in [0, 1): pass a generator seeded with
 * the run's key, so that nobody can know the schedule in advance and the run can be repeated afterwards.
 */
export function poissonSchedule(
  mix: { operation: string; perSecond: number }[],
  seconds: number,
  random: () => number,
): Arrival[] {
  const arrivals: Arrival[] = []
  for (const { operation, perSecond } of mix) {
    let index = 0
    for (let at = gap(perSecond, random); at < seconds * 1000; at += gap(perSecond, random))
      arrivals.push({ atMs: at, operation, index: index++, arm: random() < 0.5 ? 0 : 1 })
  }
  return arrivals.sort((a, b) => a.atMs - b.atMs)
}

function gap(perSecond: number, random: () => number): number {
  return (-Math.log(1 - random()) * 1000) / perSecond
}
