import { equal } from 'node:assert/strict'
import { resolve } from 'node:path'
import { NodeChild } from './child-process.ts'

const entry = resolve(import.meta.dirname, '../../../src/cli.ts')

/**
 * Milliseconds that something took which begins with a start of the program. Where that is more than `mostMs`, without what a start that does
 * nothing takes on this machine.
 */
export async function beyondAStart(tookMs: number, mostMs: number): Promise<number> {
  if (tookMs < mostMs) return Math.round(tookMs)
  const beganAt = performance.now()
  await using bare = new NodeChild([entry, '--version'])
  equal(await bare.ended(), 0)
  return Math.round(tookMs - (performance.now() - beganAt))
}
