import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import { looksOf } from '../../src/roles/streams/track-look.ts'
import { createTracker } from '../../src/tracking/create-tracker.ts'
import { detections, frame } from '../tracking/scene.ts'

/** Somebody whom a tracker was told the looks of. */
function described() {
  const tracker = createTracker('byte', { frame, reid: {} })
  for (let ms = 0; ms < 500; ms += 100) {
    tracker.update(ms, detections([0.1, 0.3, 0.06, 0.4]))
    for (const look of tracker.wanted) tracker.describe(look, Float32Array.of(0, 2))
  }
  return tracker
}

test('TL1 what tracks look like leaves the stream while its site knows them again, and not otherwise', () => {
  let reid: StreamSettings['reid']
  const lookOf = looksOf(described(), () => ({ source: 'demo:', reid }))
  strictEqual(lookOf(1), undefined)
  reid = { model: 'm' }
  strictEqual(lookOf(1), undefined)
  reid = { model: 'm', scope: 'stream' }
  strictEqual(lookOf(1), undefined)
  reid = { model: 'm', scope: 'site' }
  deepStrictEqual(lookOf(1), { model: 'm', vector: Float32Array.of(0, 1) })
  strictEqual(lookOf(2), undefined)
})
