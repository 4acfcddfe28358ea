import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { JpegEncoder } from '../../src/media/jpeg-encoder.ts'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import type { SourceCodec } from '../../src/media/sources/source.ts'
import { decodePicture } from '../../src/report/picture.ts'
import { clipUnits } from '../support/clip-units.ts'
import type { ClipOptions } from '../support/make-clip.ts'

/** The first frames of a clip, decoded as they come. */
async function* frames(codec: SourceCodec, options: ClipOptions, ending?: string) {
  await using decoder = new LiveDecoder({ codec, parameterSets: Buffer.alloc(0) })
  for (const unit of await clipUnits({ frames: 5, ...options }, ending)) {
    for (const { frame } of await decoder.decode(unit)) {
      using _ = frame
      yield frame
    }
  }
}

/** Red, green and blue at a place given in shares of the picture. */
async function colourAt(jpeg: Buffer, x: number, y: number): Promise<number[]> {
  const { width, height, data } = await decodePicture(jpeg)
  const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 4
  return [...data.subarray(at, at + 3)]
}

for (const [rule, codec, options, ending] of [
  ['J1 H.264', 'h264', { codec: 'h264' }, '.ts'],
  ['J2 H.264 with 10 bits', 'h264', { codec: 'h264', bits: 10 }, '.ts'],
  ['J3 H.264 in 4:4:4 with an odd side', 'h264', { codec: 'h264', width: 161 }, '.ts'],
  ['J4 motion JPEG', 'mjpeg', { codec: 'mjpeg' }, '.mkv'],
  ['J5 VP9', 'vp9', { codec: 'vp9' }, '.webm']
] as const) {
  test(`${rule} becomes JPEG with the brightness that it has`, async () => {
    await using encoder = new JpegEncoder()
    for await (const frame of frames(codec, options, ending)) {
      const { jpeg, width, height } = await encoder.encode(frame)
      const picture = await decodePicture(jpeg)
      deepStrictEqual([picture.width, picture.height], [width, height])
      deepStrictEqual([width, height], [160, 120])
      for (const level of await colourAt(jpeg, 0.2, 0.2)) ok(Math.abs(level - 0xf0) < 6, `white is ${level}`)
      for (const level of await colourAt(jpeg, 0.8, 0.2)) ok(Math.abs(level - 0x40) < 6, `grey is ${level}`)
    }
  })
}

test('J6 colours of BT.709 come as those that they are', async () => {
  const [red, green, blue] = [200, 60, 40]
  const paint = (_: number, width: number, height: number) =>
    Buffer.alloc(width * height * 4, Buffer.from([red, green, blue, 255]))
  await using encoder = new JpegEncoder()
  for await (const frame of frames('h264', { paint })) {
    const shown = await colourAt((await encoder.encode(frame, { quality: 100 })).jpeg, 0.5, 0.5)
    for (const [i, wanted] of [red, green, blue].entries())
      ok(Math.abs(shown[i]! - wanted) < 8, `${shown} instead of ${[red, green, blue]}`)
  }
})

test('J7 a width is kept to, in the shape of the picture', async () => {
  await using encoder = new JpegEncoder()
  for await (const frame of frames('h264', { width: 320, height: 180 })) {
    const sizes = []
    for (const maxWidth of [200, 160, 1000]) sizes.push(await encoder.encode(frame, { maxWidth }))
    deepStrictEqual(
      sizes.map(({ width, height }) => [width, height]),
      [
        [200, 112],
        [160, 90],
        [320, 180]
      ]
    )
  }
})

test('J8 less quality makes less bytes', async () => {
  await using encoder = new JpegEncoder()
  for await (const frame of frames('h264', {})) {
    const sizes = []
    for (const quality of [0, 40, 75, 100]) sizes.push((await encoder.encode(frame, { quality })).jpeg.length)
    deepStrictEqual(
      sizes,
      sizes.toSorted((a, b) => a - b)
    )
    ok(sizes[0]! < sizes[3]!)
  }
})

test('J9 calls at once wait for each other, and what is closed refuses', async () => {
  const encoder = new JpegEncoder()
  for await (const frame of frames('h264', { frames: 1 })) {
    const widths = [160, 80, 160, 80]
    const made = await Promise.all(widths.map(maxWidth => encoder.encode(frame, { maxWidth })))
    deepStrictEqual(
      made.map(({ width }) => width),
      widths
    )
    await encoder[Symbol.asyncDispose]()
    strictEqual(await encoder.encode(frame).catch(error => error.code), 'SL_INTERNAL')
  }
})
