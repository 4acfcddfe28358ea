import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import type { LivePicture } from '../../src/media/live-picture.ts'
import { openVideo } from '../../src/media/open-video.ts'
import type { AccessUnit, SourceCodec } from '../../src/media/sources/source.ts'
import { clipUnits } from '../support/clip-units.ts'
import { makeClip } from '../support/make-clip.ts'
import { realClip } from '../support/material.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { unitsOfClip } from '../support/units-of-clip.ts'

const format = (codec: SourceCodec, parameterSets: Buffer = Buffer.alloc(0)) => ({ codec, parameterSets })

/** Decodes all and says what came: time, size, and pixels as a checksum. */
async function decodeAll(decoder: LiveDecoder, units: readonly AccessUnit[]): Promise<string[]> {
  const out: string[] = []
  for (const unit of units) for (const picture of await decoder.decode(unit)) out.push(await described(picture))
  for (const picture of await decoder.flush()) out.push(await described(picture))
  return out
}

async function described({ frame }: LivePicture): Promise<string> {
  using _ = frame
  return `${frame.index} ${frame.ptsMs} ${frame.width}x${frame.height} ${await checksum(frame)}`
}

async function checksum(frame: LivePicture['frame']): Promise<string> {
  return createHash('sha1')
    .update((await frame.rgba()).data)
    .digest('hex')
    .slice(0, 8)
}

async function framesOfFile(path: string): Promise<string[]> {
  await using video = await openVideo(path)
  const out: string[] = []
  for await (const frame of video.frames()) {
    using _ = frame
    out.push(`${frame.index} ${frame.ptsMs} ${frame.width}x${frame.height} ${await checksum(frame)}`)
  }
  return out
}

for (const [rule, codec, ending, options] of [
  ['V1 H.264', 'h264', '.ts', { codec: 'h264' }],
  ['V2 H.264 with B-frames', 'h264', '.ts', { codec: 'h264', bFrames: 2 }],
  ['V3 H.265', 'hevc', '.ts', { codec: 'h265' }],
  ['V4 H.265 with B-frames', 'hevc', '.ts', { codec: 'h265', bFrames: 3 }],
  ['V5 motion JPEG', 'mjpeg', '.mkv', { codec: 'mjpeg' }],
  ['V6 VP8', 'vp8', '.webm', { codec: 'vp8' }],
  ['V7 VP9', 'vp9', '.webm', { codec: 'vp9' }],
  ['V8 H.264 with pixels that are not square', 'h264', '.ts', { codec: 'h264', pixelAspect: [4, 3] }]
] as const) {
  test(`${rule} gives the same frames at the same times as the file does`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, `clip${ending}`)
    await makeClip(path, { frames: 25, ...options })
    await using decoder = new LiveDecoder(format(codec))
    deepStrictEqual(await decodeAll(decoder, await unitsOfClip(path)), await framesOfFile(path))
  })
}

const aisle = realClip('videos/intel_store-aisle-detection.preview.mp4')
test('V9 a real clip gives the same frames as the file does', { skip: aisle.skip }, async () => {
  await using decoder = new LiveDecoder(format('h264'))
  deepStrictEqual(await decodeAll(decoder, await unitsOfClip(aisle.path)), await framesOfFile(aisle.path))
})

test('V10 without B-frames each picture is out with its own unit', async () => {
  const units = await clipUnits({ codec: 'h264', frames: 12 })
  await using decoder = new LiveDecoder(format('h264'))
  for (const unit of units) {
    const pictures = await decoder.decode(unit)
    deepStrictEqual(
      pictures.map(picture => picture.unit.sourceMs),
      [unit.sourceMs]
    )
    for (const { frame } of pictures) frame[Symbol.dispose]()
  }
})

test('V11 it waits for the first key frame, and counts what it left out', async () => {
  const units = await clipUnits({ codec: 'h264', frames: 20, gop: 10 })
  await using decoder = new LiveDecoder(format('h264'))
  const out = await decodeAll(decoder, units.slice(3))
  deepStrictEqual([out.length, decoder.counters], [10, { pictures: 10, broken: 0, skipped: 7, spared: 0 }])
})

test('V12 parameter sets from apart are enough', async () => {
  const units = await clipUnits({ codec: 'h264', frames: 5 })
  const [first, ...rest] = units
  const idr = first!.data.lastIndexOf('0000000165', undefined, 'hex')
  const start = idr < 0 ? first!.data.lastIndexOf('00000165', undefined, 'hex') : idr
  const bare = { ...first!, data: first!.data.subarray(start) }
  await using decoder = new LiveDecoder(format('h264', first!.data.subarray(0, start)))
  strictEqual((await decodeAll(decoder, [bare, ...rest])).length, 5)
})

test('V13 a new size in mid-stream is taken up, and time goes on', async () => {
  const small = await clipUnits({ codec: 'h264', frames: 5, width: 64, height: 48 })
  const large = await clipUnits({ codec: 'h264', frames: 5, width: 128, height: 96 })
  const later = large.map(unit => ({ ...unit, sourceMs: unit.sourceMs + 200, arrivedMs: unit.arrivedMs + 200 }))
  await using decoder = new LiveDecoder(format('h264'))
  const out = await decodeAll(decoder, [...small, ...later])
  deepStrictEqual(
    out.map(line => line.split(' ').slice(0, 3).join(' ')),
    [...Array(10).keys()].map(index => `${index} ${index * 40} ${index < 5 ? '64x48' : '128x96'}`)
  )
})

test('V14 so is another codec, from its first key frame on', async () => {
  const old = await clipUnits({ codec: 'h264', frames: 5 })
  const [first, ...rest] = await clipUnits({ codec: 'h265', frames: 5 })
  const changed = { ...first!, format: format('hevc') }
  await using decoder = new LiveDecoder(format('h264'))
  strictEqual((await decodeAll(decoder, [...old, rest[0]!, changed, ...rest])).length >= 10, true)
  ok(decoder.counters.broken <= 1)
})

test('V15 garbage is counted, and what comes behind it is decoded', async () => {
  const units = await clipUnits({ codec: 'h264', frames: 6, gop: 3 })
  const garbage = { ...units[0]!, data: Buffer.from('00000001650000000001419affff'.repeat(20), 'hex') }
  await using decoder = new LiveDecoder(format('h264'))
  const out = await decodeAll(decoder, [garbage, ...units.slice(0, 3), garbage, ...units.slice(3)])
  ok(out.length >= 6, `${out.length} pictures`)
  ok(decoder.counters.broken > 0)
})

test('V16 pictures larger than allowed are not decoded', async () => {
  const units = await clipUnits({ codec: 'h264', frames: 3, width: 640, height: 480 })
  await using decoder = new LiveDecoder(format('h264'), { maxPixels: 320 * 240 })
  deepStrictEqual([await decodeAll(decoder, units), decoder.counters.broken > 0], [[], true])
})

test('V17 calls at once wait for each other', async () => {
  const units = await clipUnits({ codec: 'h264', frames: 10 })
  await using decoder = new LiveDecoder(format('h264'))
  const pictures = (await Promise.all(units.map(unit => decoder.decode(unit)))).flat()
  deepStrictEqual(
    pictures.map(({ frame }) => frame.index),
    [...Array(10).keys()]
  )
  for (const { frame } of pictures) frame[Symbol.dispose]()
})

test('V18 a source that breaks off breaks the frames off with its error', async () => {
  const units = (await clipUnits({ codec: 'h264', frames: 10 })).slice(0, 3)
  async function* breaking() {
    yield* units
    throw new Error('gone')
  }
  await using decoder = new LiveDecoder(format('h264'))
  let taken = 0
  await rejects(async () => {
    for await (const { frame } of decoder.frames(breaking())) {
      frame[Symbol.dispose]()
      taken++
    }
  }, /gone/)
  strictEqual(taken, 3)
})

test('V19 closing waits for what is under way', async () => {
  const [unit] = await clipUnits({ codec: 'h264', frames: 10 })
  const decoder = new LiveDecoder(format('h264'))
  const decoding = decoder.decode(unit!)
  await decoder[Symbol.asyncDispose]()
  for (const { frame } of await decoding) frame[Symbol.dispose]()
  await rejects(decoder.decode(unit!))
})

test('V20 what was put off is decoded before what comes behind it, and leaves no trace in pictures and times', async () => {
  const units = await clipUnits({ codec: 'h264', frames: 20, gop: 20 })
  await using whole = new LiveDecoder(format('h264'))
  const expected = await decodeAll(whole, units)
  await using decoder = new LiveDecoder(format('h264'))
  const out: string[] = []
  for (const [at, unit] of units.entries()) {
    if (at >= 5 && at < 12) {
      const frame = (await decoder.putOff(unit))!
      ok(frame.isLeftOut)
      out.push(`${frame.index} ${frame.ptsMs} ${frame.width}x${frame.height}`)
    } else for (const picture of await decoder.decode(unit)) out.push(await described(picture))
  }
  deepStrictEqual(
    out,
    expected.map((line, at) => (at >= 5 && at < 12 ? line.slice(0, line.lastIndexOf(' ')) : line))
  )
  strictEqual(decoder.counters.spared, 0)
})

test('V21 what is put off up to a key frame is never decoded', async () => {
  const units = await clipUnits({ codec: 'h264', frames: 20, gop: 10 })
  await using decoder = new LiveDecoder(format('h264'))
  strictEqual(await decoder.putOff(units[0]!), undefined)
  for (const { frame } of await decoder.decode(units[0]!)) frame[Symbol.dispose]()
  for (const unit of units.slice(1, 10)) await decoder.putOff(unit)
  const [picture] = await decoder.decode(units[10]!)
  using frame = picture!.frame
  deepStrictEqual([frame.index, frame.ptsMs, decoder.counters.spared], [10, 400, 9])
})

test('V25 a key frame that is put off makes what was before it needless, and is decoded with what comes behind it', async () => {
  const units = await clipUnits({ codec: 'h264', frames: 25, gop: 10 })
  await using whole = new LiveDecoder(format('h264'))
  const expected = await decodeAll(whole, units)
  await using decoder = new LiveDecoder(format('h264'))
  const out: string[] = []
  for (const [at, unit] of units.entries()) {
    if (at >= 5 && at < 23) await decoder.putOff(unit)
    else for (const picture of await decoder.decode(unit)) out.push(await described(picture))
  }
  deepStrictEqual(out, [...expected.slice(0, 5), ...expected.slice(23)])
  strictEqual(decoder.counters.spared, 15)
})

test('V26 what was held is decoded before what comes behind it, and its pictures are given up', async () => {
  const units = await clipUnits({ codec: 'h264', frames: 12 })
  await using whole = new LiveDecoder(format('h264'))
  const expected = await decodeAll(whole, units)
  await using decoder = new LiveDecoder(format('h264'))
  strictEqual(await decoder.hold(units[1]!), undefined)
  const out = await heldBetween(decoder, units)
  const shown = (lines: readonly string[]) => lines.map(line => line.split(' ').slice(1).join(' '))
  deepStrictEqual(shown(out), shown([expected[0]!, ...expected.slice(8)]))
  strictEqual(decoder.counters.broken, 0)
})

test('V27 so it is with B-frames, whose pictures come late: none is taken for another', async () => {
  const units = await clipUnits({ codec: 'h264', frames: 30, bFrames: 2 })
  await using whole = new LiveDecoder(format('h264'))
  const expected = new Set(await pixelsOf(decodeAll(whole, units)))
  await using decoder = new LiveDecoder(format('h264'))
  const found = await pixelsOf(heldBetween(decoder, units))
  ok(found.length >= 20, `${found.length} pictures`)
  deepStrictEqual(
    found.filter(pixels => !expected.has(pixels)),
    []
  )
  strictEqual(decoder.counters.broken, 0)
})

/** All but the units 1 to 7, which are held. */
async function heldBetween(decoder: LiveDecoder, units: readonly AccessUnit[]): Promise<string[]> {
  const out: string[] = []
  for (const [at, unit] of units.entries()) {
    if (at > 0 && at < 8) ok((await decoder.hold(unit))! > 0)
    else for (const picture of await decoder.decode(unit)) out.push(await described(picture))
  }
  for (const picture of await decoder.flush()) out.push(await described(picture))
  return out
}

async function pixelsOf(described: Promise<readonly string[]>): Promise<string[]> {
  return (await described).map(line => line.split(' ')[3]!)
}

test('V22 a picture that cannot be brought to square pixels is broken, and the next one is shown', async () => {
  const wide = { codec: 'h264', frames: 3, pixelAspect: [2, 1] } as const
  const good = await clipUnits(wide, '.mkv')
  // Nothing converts from these colours while it scales.
  const strange = await clipUnits({ ...wide, encoderOptions: { 'x264-params': 'colormatrix=YCgCo' } }, '.mkv')
  await using decoder = new LiveDecoder(format('h264'))
  const out = await decodeAll(decoder, [...good, ...strange, ...good])
  deepStrictEqual([out.length, decoder.counters.broken], [6, 3])
})

test('V23 what was taken with the camera on its side is turned upright, and so is what comes after it was turned', async () => {
  await using folder = await temporaryFolder()
  const clip = async (rotation: 0 | 90) => {
    const path = join(folder.path, `${rotation}.mp4`)
    await makeClip(path, { width: 96, height: 64, frames: 5, rotation })
    const shown = (await framesOfFile(path)).map(line => line.split(' ').slice(2).join(' '))
    return { units: await unitsOfClip(path), shown }
  }
  const [level, side] = [await clip(0), await clip(90)]
  const [first, ...rest] = level.units
  const turned = [{ ...first!, format: format('h264') }, ...rest].map(unit => ({
    ...unit,
    sourceMs: unit.sourceMs + 200
  }))
  await using decoder = new LiveDecoder({ ...format('h264'), rotation: 90 })
  const out = await decodeAll(decoder, [...side.units, ...turned])
  deepStrictEqual(
    out.map(line => line.split(' ').slice(2).join(' ')),
    [...side.shown, ...level.shown]
  )
})

test('V24 so is a photograph that says how it was held', async () => {
  const [unit] = await clipUnits({ codec: 'mjpeg', frames: 1, width: 96, height: 64 }, '.mkv')
  await using decoder = new LiveDecoder(format('mjpeg'))
  const out = await decodeAll(decoder, [unit!, { ...unit!, data: heldAs(6, unit!.data) }, unit!])
  deepStrictEqual(
    out.map(line => line.split(' ')[2]),
    ['96x64', '64x96', '96x64']
  )
})

/** A JPEG with Exif's orientation (CIPA DC-008, 4.6.5): 6 is a quarter turn to the left. */
function heldAs(orientation: number, jpeg: Buffer): Buffer {
  const one = `0001 0112 0003 00000001 ${orientation.toString(16).padStart(4, '0')} 0000 00000000`
  const exif = Buffer.from(`457869660000 4d4d002a00000008 ${one}`.replaceAll(' ', ''), 'hex')
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2])
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)])
}

test('V28 each picture says when its sender took it, also where pictures come in another order', async () => {
  const noonMs = Date.UTC(2026, 5, 1, 12)
  const said = (sourceMs: number) => noonMs + sourceMs
  const units = await clipUnits({ codec: 'h264', bFrames: 2, frames: 12 })
  await using decoder = new LiveDecoder(format('h264'))
  const pictures: LivePicture[] = []
  for (const unit of units) pictures.push(...(await decoder.decode({ ...unit, wallMs: said(unit.sourceMs!) })))
  pictures.push(...(await decoder.flush()))
  for (const { frame } of pictures) frame[Symbol.dispose]()
  deepStrictEqual(
    pictures.map(({ unit }) => unit.wallMs),
    units.map(({ sourceMs }) => said(sourceMs!)).sort((a, b) => a - b)
  )
})
