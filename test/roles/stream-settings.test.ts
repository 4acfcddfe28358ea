import { deepStrictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import { LiveHouse } from '../support/live-house.ts'
import { makeClip } from '../support/make-clip.ts'
import { saved, tinyYolox } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('ST1 what a stream says of boxes and tracks counts for it alone', { timeout: 60_000 }, async () => {
  await using folder = await temporaryFolder()
  const source = join(folder.path, 'clip.mp4')
  await makeClip(source, { width: 320, height: 240, frames: 50, fps: 25, gop: 25 })
  // One box, always: in the middle, a third of the picture high.
  const model = await saved(join(folder.path, 'one.onnx'), tinyYolox([[2, 1.5, 0.4, 0, 0.9, 0.9, 0]]))
  const box: StreamSettings = { source, model, gate: false }
  // One that SORT follows, and in which ByteTrack sees nothing that begins.
  const faint = await saved(join(folder.path, 'faint.onnx'), tinyYolox([[2, 1.5, 0.4, 0, 0.55, 0.55, 0]]))
  await using house = await LiveHouse.open()
  house.set({
    plain: box,
    // It stands on the lower half.
    masked: {
      ...box,
      masks: [
        [
          [0, 0.4],
          [1, 0.4],
          [1, 1],
          [0, 1]
        ]
      ]
    },
    large: { ...box, minSize: 0.5 },
    small: { ...box, maxSize: 0.1 },
    fitting: { ...box, minSize: 0.1, maxSize: 0.5 },
    byte: { ...box, model: faint, tracker: 'byte' },
    sort: { ...box, model: faint, tracker: 'sort' }
  })
  const names = ['plain', 'masked', 'large', 'small', 'fitting', 'byte', 'sort']
  for (const name of names)
    await house.eventually(`pictures of ${name}`, () =>
      (house.live.streams.figures().get(name)?.figures?.frames.analysed ?? 0) > 20 ? true : undefined
    )
  const seen = new Map<string, boolean>()
  for (const name of names) seen.set(name, (await house.events(name, ['track-started'])).length > 0)
  deepStrictEqual(Object.fromEntries(seen), {
    plain: true,
    masked: false,
    large: false,
    small: false,
    fitting: true,
    byte: false,
    sort: true
  })
})
