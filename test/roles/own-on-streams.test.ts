import { equal, match, ok } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { LiveHouse } from '../support/live-house.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'

test("OS1 a detector of one's own that throws costs its stream a coded wait, and the stream beside it nothing", {
  timeout: 180_000
}, async () => {
  await using house = await LiveHouse.open()
  const source = join(house.folder, 'square.mp4')
  await makeClip(source, { width: 320, height: 240, frames: 200, fps: 20, gop: 20, paint: movingSquare })
  const model = join(house.folder, 'own.mjs')
  await writeFile(
    model,
    `import { defineDetector } from 'sightline/detector'
    let left = 20
    export default defineDetector({
      labels: ['square'],
      input: { width: 64, height: 48 },
      detect() {
        if (left-- === 0) throw new Error('out of ideas')
        return [{ x: 10, y: 10, w: 20, h: 20, score: 0.9, label: 'square' }]
      }
    })`
  )
  await house.set({ own: { source, model, gate: false }, calm: { source, model: 'motion' } })
  const calm = await house.until('calm', ({ state }) => state === 'up')
  equal((await house.until('own', ({ state }) => state === 'up')).detector, 'own.mjs on javascript')
  const waiting = await house.until('own', ({ state }) => state === 'waiting')
  equal(waiting.code, 'SL_DETECTOR_FAILED')
  match(waiting.reason!, /out of ideas/)
  ok(!waiting.reason!.includes(house.folder), 'folders are no matter of viewers')
  const again = await house.until('own', ({ state }) => state === 'up')
  ok(again.epoch! > 1)
  const after = house.live.streams.state('calm')!
  equal(after.state, 'up')
  equal(after.epoch, calm.epoch)
  await house.eventually('its tracks', async () => (await house.events('own', ['track-started']))[0])
})
