import { setTimeout } from 'node:timers/promises'

/** Resolves when `condition` holds. Throws after ten seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const givenUpAt = performance.now() + 10_000
  while (!condition()) {
    if (performance.now() > givenUpAt) throw new Error(`It did not come to be: ${condition}`)
    await setTimeout(2)
  }
}
