import { deepStrictEqual, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { pixelSlackBytes, requestBytes } from '../../src/core/fit.ts'
import { openVideo } from '../../src/media/open-video.ts'
import { makeClip } from '../support/make-clip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

for (const width of [208, 210, 212, 214]) {
  test(`S1 all columns of a picture ${width} pixels wide are there`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'clip.mkv')
    const paint = (_: number, columns: number, rows: number) => Buffer.alloc(columns * rows * 4, 0xc0)
    await makeClip(path, { width, height: 32, frames: 1, paint })
    await using video = await openVideo(path)
    for await (const frame of video.frames()) {
      using _ = frame
      const { data } = await frame.rgba()
      deepStrictEqual(data.length, width * 32 * 4)
      ok(data.every((value, at) => (at % 4 === 3 ? value === 255 : Math.abs(value - 0xc0) < 8)))
    }
  })
}

test('S2 a small luma picture is made at once, and waits for nothing that is decoded', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'clip.mkv')
  const paint = (_: number, columns: number, rows: number) => Buffer.alloc(columns * rows * 4, 0xc0)
  await makeClip(path, { width: 640, height: 352, frames: 1, paint })
  await using video = await openVideo(path)
  const request = { width: 160, height: 88, format: 'gray8', mode: 'stretch', pad: 0 } as const
  const luma = Buffer.alloc(requestBytes(request) + pixelSlackBytes)
  for await (const frame of video.frames()) {
    using _ = frame
    let isLate = false
    setImmediate(() => (isLate = true))
    await frame.scaleInto(request, luma)
    deepStrictEqual(isLate, false)
  }
  const [first] = luma
  ok(first! > 150 && luma.subarray(0, requestBytes(request)).every(value => value === first))
})
