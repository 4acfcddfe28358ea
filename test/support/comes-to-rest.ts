import { setTimeout as pause } from 'node:timers/promises'

/** Resolves once a count has stood still for so long; an error where it goes on and on. */
export async function comesToRest(what: string, count: () => number, forMs = 1000, givenUpMs = 60_000): Promise<void> {
  const untilMs = performance.now() + givenUpMs
  let last = count()
  for (let sinceMs = performance.now(); performance.now() - sinceMs < forMs; ) {
    if (performance.now() > untilMs) throw new Error(`After ${givenUpMs / 1000} s there are still ${what}.`)
    await pause(20)
    if (count() !== last) sinceMs = performance.now()
    last = count()
  }
}
