import { equal } from 'node:assert/strict'
import { resolve } from 'node:path'
import { NodeChild } from './child-process.ts'

const entry = resolve(import.meta.dirname, '../../../src/cli.ts')

/**
 * Milliseconds that something took which begins with a start of the program. Where that is not less than `mostMs`, without what the
 * quickest of three starts that do nothing takes on this machine.
 */
export async function beyondAStart(tookMs: number, mostMs: number): Promise<number> {
  if (tookMs < mostMs) return Math.round(tookMs)
  const bareMs: number[] = []
  for (let start = 0; start < 3; start++) {
    const beganAt = performance.now()
    await using bare = new NodeChild([entry, '--version'])
    equal(await bare.ended(), 0)
    bareMs.push(performance.now() - beganAt)
  }
  return Math.round(tookMs - Math.min(...bareMs))
}
