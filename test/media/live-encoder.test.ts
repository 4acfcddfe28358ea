import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import { type EncodedPicture, LiveEncoder, type LiveEncoderOptions } from '../../src/media/live-encoder.ts'
import type { SourceCodec } from '../../src/media/sources/source.ts'
import { clipUnits } from '../support/clip-units.ts'
import type { ClipOptions } from '../support/make-clip.ts'

const format = (codec: SourceCodec) => ({ codec, parameterSets: Buffer.alloc(0) })

interface Trial extends ClipOptions {
  readonly source?: SourceCodec
  readonly encoder?: LiveEncoderOptions
  /** Frames before which a key frame is asked for. */
  readonly wanted?: readonly number[]
}

async function encoded({ source = 'h264', encoder: options, wanted = [], ...clip }: Trial): Promise<EncodedPicture[]> {
  const codec = source === 'hevc' ? 'h265' : (source as 'h264')
  const ending = source === 'mjpeg' ? '.mkv' : '.ts'
  const units = await clipUnits({ codec, frames: 12, ...clip }, ending)
  await using decoder = new LiveDecoder(format(source))
  await using encoder = new LiveEncoder(options)
  const pictures: EncodedPicture[] = []
  for (const unit of [...units, undefined]) {
    for (const { frame } of unit ? await decoder.decode(unit) : await decoder.flush()) {
      using _ = frame
      if (wanted.includes(frame.index)) encoder.wantKey()
      pictures.push(await encoder.encode(frame))
    }
  }
  return pictures
}

/** Whether each is a key frame, as a row of letters. */
const keys = (pictures: readonly EncodedPicture[]) => pictures.map(({ isKey }) => (isKey ? 'K' : '.')).join('')

for (const [rule, trial] of [
  ['L1 H.265', { source: 'hevc' }],
  ['L2 H.264 with B-frames', { bFrames: 2 }],
  ['L3 H.264 with 10 bits', { bits: 10 }],
  ['L4 H.264 in 4:4:4 with an odd side', { width: 161 }],
  ['L5 motion JPEG', { source: 'mjpeg' }]
] as const) {
  test(`${rule} comes out as the same pictures at the same times`, async () => {
    const pictures = await encoded(trial)
    await using decoder = new LiveDecoder(format('h264'))
    const times: number[] = []
    for (const { data, isKey, ptsMs } of pictures) {
      const shown = await decoder.decode({ data, isKey, sourceMs: ptsMs, arrivedMs: ptsMs })
      strictEqual(shown.length, 1)
      using frame = shown[0]!.frame
      times.push(ptsMs)
      const { data: pixels } = await frame.rgba(16, 12)
      const level = (x: number, y: number) => pixels[(y * 16 + x) * 4]!
      ok(Math.abs(level(3, 3) - 0xf0) < 10, `white is ${level(3, 3)}`)
      ok(Math.abs(level(12, 3) - 0x40) < 10, `grey is ${level(12, 3)}`)
    }
    deepStrictEqual(
      times,
      [...Array(12).keys()].map(i => i * 40)
    )
  })
}

test('L6 key frames come by media time, whatever the frame rate', async () => {
  strictEqual(keys(await encoded({ fps: 2, frames: 10 })), 'K...K...K.')
})

test('L7 and where one is asked for, from which it counts anew', async () => {
  strictEqual(keys(await encoded({ fps: 2, frames: 10, wanted: [3] })), 'K..K...K..')
})

test('L8 every key frame begins with its parameter sets', async () => {
  const pictures = await encoded({ fps: 1, frames: 6 })
  for (const { data, isKey } of pictures) strictEqual(data.includes(Buffer.from('0000000167', 'hex')), isKey)
})

test('L9 what is larger than allowed is made smaller, in its shape', async () => {
  const encoder = { maxWidth: 100, maxHeight: 100 }
  const [wide] = await encoded({ encoder, frames: 1, width: 320, height: 180 })
  const [tall] = await encoded({ encoder, frames: 1, width: 90, height: 160 })
  deepStrictEqual([wide!.width, wide!.height, tall!.width, tall!.height], [100, 56, 56, 100])
})

test('L10 a new size in mid-stream begins with a key frame', async () => {
  await using encoder = new LiveEncoder()
  const pictures: EncodedPicture[] = []
  for (const width of [160, 320]) {
    await using decoder = new LiveDecoder(format('h264'))
    for (const unit of await clipUnits({ frames: 5, width })) {
      for (const { frame } of await decoder.decode(unit)) {
        using _ = frame
        pictures.push(await encoder.encode(frame))
      }
    }
  }
  deepStrictEqual([keys(pictures), pictures[4]!.width, pictures[5]!.width], ['K....K....', 160, 320])
})

test('L11 bits stay within their bound, whatever is shown', async () => {
  const noise = (index: number, width: number, height: number) => {
    const pixels = Buffer.alloc(width * height * 4)
    let seed = index + 1
    for (let i = 0; i < pixels.length; i++) pixels[i] = (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) >> 16
    return pixels
  }
  const size = { width: 160, height: 120, frames: 75, paint: noise }
  const pictures = await encoded({ ...size, encoder: { bitsPerPixel: 3 } })
  const bits = pictures.reduce((sum, { data }) => sum + data.length * 8, 0)
  ok(bits / 3 < 160 * 120 * 3 * 1.5, `${Math.round(bits / 3 / 1000)} kbit/s`)
})

test('L12 calls at once wait for each other, and what is closed refuses', async () => {
  const [unit] = await clipUnits({ frames: 5 })
  await using decoder = new LiveDecoder(format('h264'))
  const encoder = new LiveEncoder()
  for (const { frame } of await decoder.decode(unit!)) {
    using _ = frame
    strictEqual(keys(await Promise.all([encoder.encode(frame), encoder.encode(frame)])), 'K.')
    await encoder[Symbol.asyncDispose]()
    strictEqual(await encoder.encode(frame).catch(error => error.code), 'SL_INTERNAL')
  }
})
