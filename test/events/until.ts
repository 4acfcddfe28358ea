import { setTimeout } from 'node:timers/promises'

/** Resolves when `condition` holds: it is looked at every so often. Throws after a minute. */
export async function until(condition: () => boolean, everyMs = 2): Promise<void> {
  const givenUpAt = performance.now() + 60_000
  while (!condition()) {
    if (performance.now() > givenUpAt) throw new Error(`It did not come to be: ${condition}`)
    await setTimeout(everyMs)
  }
}
