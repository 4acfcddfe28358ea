import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** How many of these are still held by somebody after garbage was collected. */
export async function stillHeld(references: readonly WeakRef<object>[]): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  // What was made or looked at in a turn is kept for as long as the turn lasts.
  await setImmediate()
  collect()
  return references.filter(reference => reference.deref() !== undefined).length
}
