import { ok, strictEqual } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { childFlags } from '../../src/core/loaders.ts'
import { trackerNames } from '../../src/tracking/create-tracker.ts'

/**
 * Room for numbers that the engine makes objects of on their way into a call, which change with how it inlines: 40 to 150 bytes
 * a box. Lists that were built anew for each frame took 180 to 470.
 */
const mostBytes = 200
/** Lists and columns are kept: none is built. */
const mostBufferBytes = 1

test('T27 once warm, trackers keep nothing and build nothing for a box of a frame', () => {
  const script = fileURLToPath(new URL('allocation-run.ts', import.meta.url))
  const flags = [...childFlags(), '--expose-gc', '--max-semi-space-size=64']
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, script, ...trackerNames], {
    encoding: 'utf8',
    timeout: 60_000
  })
  strictEqual(status, 0, stderr)
  const found = Object.entries(JSON.parse(stdout) as Record<string, { heap: number; buffers: number }>)
  strictEqual(found.length, trackerNames.length)
  for (const [name, { heap, buffers }] of found) {
    ok(heap < mostBytes, `${name} allocates ${heap.toFixed(0)} bytes a box`)
    ok(buffers < mostBufferBytes, `${name} allocates ${buffers.toFixed(1)} bytes of buffers a box`)
  }
})
