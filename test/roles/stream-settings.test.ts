import { deepStrictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import { LiveHouse } from '../support/live-house.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('ST1 what a stream says of boxes counts for it alone', { timeout: 60_000 }, async () => {
  await using folder = await temporaryFolder()
  const source = join(folder.path, 'square.mp4')
  await makeClip(source, { width: 320, height: 240, frames: 100, fps: 20, gop: 20, paint: movingSquare })
  const square: StreamSettings = { source, model: 'motion' }
  await using house = await LiveHouse.open()
  house.set({
    plain: square,
    // The square stands on the lower half, and is a quarter of the picture's height.
    masked: {
      ...square,
      masks: [
        [
          [0, 0.4],
          [1, 0.4],
          [1, 1],
          [0, 1]
        ]
      ]
    },
    large: { ...square, minSize: 0.5 },
    small: { ...square, maxSize: 0.1 },
    fitting: { ...square, minSize: 0.1, maxSize: 0.5 }
  })
  const names = ['plain', 'masked', 'large', 'small', 'fitting']
  // A whole round of the clip: whoever is to see the square has seen it.
  for (const name of names)
    await house.eventually(`a round of ${name}`, () =>
      (house.live.streams.figures().get(name)?.figures?.frames.analysed ?? 0) > 110 ? true : undefined
    )
  const seen = new Map<string, boolean>()
  for (const name of names) seen.set(name, (await house.events(name, ['track-started'])).length > 0)
  deepStrictEqual(Object.fromEntries(seen), { plain: true, masked: false, large: false, small: false, fitting: true })
})
