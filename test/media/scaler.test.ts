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

/** Four colours, one in each quarter. */
function quarters(_: number, width: number, height: number): Buffer {
  const colours = [0xc02020, 0x20c020, 0x2020c0, 0xc0c0c0]
  const data = Buffer.alloc(width * height * 4, 255)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const colour = colours[(2 * y < height ? 0 : 2) + (2 * x < width ? 0 : 1)]!
      data.writeUIntBE(colour, (y * width + x) * 4, 3)
    }
  return data
}

for (const mode of ['stretch', 'letterbox-centre', 'letterbox-top-left'] as const)
  test(`S3 a part of a picture is scaled as a picture of its own: ${mode}`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'clip.mkv')
    await makeClip(path, { width: 640, height: 352, frames: 1, paint: quarters })
    await using video = await openVideo(path)
    const request = { width: 96, height: 96, format: 'rgb24', mode, pad: 7 } as const
    const pixels = Buffer.alloc(requestBytes(request) + pixelSlackBytes, 99)
    for await (const frame of video.frames()) {
      using _ = frame
      // Three quarters of its width are of the left half, and all of it is of the lower half.
      const part = { left: 80, top: 200, width: 320, height: 152 }
      const placed = await frame.scaleInto(request, pixels, part)
      const at = (x: number, y: number) => [...pixels.subarray((y * 96 + x) * 3, (y * 96 + x) * 3 + 3)]
      const middle = Math.round(placed.top + placed.height / 2)
      const [left, right] = [0.5, 0.9].map(share => at(Math.round(placed.left + share * placed.width), middle))
      ok(left![2]! > 120 && left![0]! < 80, `${left} is blue`)
      ok(
        right!.every(value => value > 150),
        `${right} is grey`
      )
      if (mode === 'stretch') continue
      const outside = mode === 'letterbox-centre' ? [at(0, 0), at(95, 95)] : [at(0, 95), at(95, 95)]
      deepStrictEqual(outside, [
        [7, 7, 7],
        [7, 7, 7]
      ])
    }
  })

test('S4 pictures of two shapes in the same place leave nothing of one another in the padding', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'clip.mkv')
  const paint = (_: number, columns: number, rows: number) => Buffer.alloc(columns * rows * 4, 0xc0)
  await makeClip(path, { width: 640, height: 352, frames: 2, paint })
  await using video = await openVideo(path)
  const request = { width: 96, height: 96, format: 'rgb24', mode: 'letterbox-top-left', pad: 7 } as const
  const pixels = Buffer.alloc(requestBytes(request) + pixelSlackBytes)
  for await (const frame of video.frames()) {
    using _ = frame
    await frame.scaleInto(request, pixels)
    const rows = Math.round((96 * 352) / 640)
    ok(pixels.subarray(rows * 96 * 3, requestBytes(request)).every(value => value === 7))
    // As another stream that shares the model may.
    pixels.fill(0xc0)
  }
})
