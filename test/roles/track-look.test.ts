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
const settings = (reid: StreamSettings['reid']): StreamSettings => ({ source: 'demo:', reid })

test('TL1 what tracks look like leaves the stream where its site knows them again, and nowhere else', () => {
  strictEqual(looksOf(described(), settings(undefined)), undefined)
  strictEqual(looksOf(described(), settings({ model: 'm' })), undefined)
  strictEqual(looksOf(described(), settings({ model: 'm', scope: 'stream' })), undefined)
  const lookOf = looksOf(described(), settings({ model: 'm', scope: 'site' }))!
  deepStrictEqual(lookOf(1), { model: 'm', vector: Float32Array.of(0, 1) })
  strictEqual(lookOf(2), undefined)
})
