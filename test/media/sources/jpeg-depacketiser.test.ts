import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import { LiveDecoder } from '../../../src/media/live-decoder.ts'
import { JpegDepacketiser } from '../../../src/media/sources/rtsp/jpeg-depacketiser.ts'
import { standardTables } from '../../../src/media/sources/rtsp/jpeg-head.ts'
import { makeClip, testPicture } from '../../support/make-clip.ts'
import type { Payload } from '../../support/packetise.ts'
import { packetiseJpeg } from '../../support/packetise-jpeg.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const [width, height] = [160, 120]
/** By FFmpeg, with the Huffman tables of the standard, as RTP needs them. */
let file: Buffer

before(async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'clip.mjpeg')
  const paint = (index: number) => testPicture(index * 9, width, height)
  await makeClip(path, { codec: 'mjpeg', width, height, frames: 1, paint, encoderOptions: { huffman: 'default' } })
  file = await readFile(path)
})

function take(payloads: readonly Payload[], depacketiser = new JpegDepacketiser(), timestamp = 1): Buffer[] {
  return payloads.flatMap(({ payload, marker }) =>
    depacketiser.take(payload, timestamp, marker).map(({ data }) => data)
  )
}

/** As FFmpeg decodes it. */
async function pixelsOf(jpeg: Buffer): Promise<Buffer> {
  await using decoder = new LiveDecoder({ codec: 'mjpeg', parameterSets: Buffer.alloc(0) })
  const [picture] = await decoder.decode({ data: jpeg, isKey: true, sourceMs: 0, arrivedMs: 0 })
  using frame = picture!.frame
  deepStrictEqual([frame.width, frame.height, decoder.counters.broken], [width, height, 0])
  return (await frame.rgba()).data
}

test('J1 a picture with its tables decodes to the pixels of the file that it came from', async () => {
  const [picture] = take(packetiseJpeg(file))
  ok((await pixelsOf(picture!)).equals(await pixelsOf(file)))
})

test('J2 tables that are said by a number are those that libjpeg has for it', async () => {
  for (const quality of [10, 49, 50, 75, 99]) {
    const jpeg = await createCanvas(16, 16).encode('jpeg', quality)
    const tables = [0, 1].map(id => {
      const at = jpeg.indexOf(Buffer.from([0xff, 0xdb, 0, 67, id])) + 5
      return jpeg.subarray(at, at + 64)
    })
    deepStrictEqual(Buffer.concat(tables), standardTables(quality), `quality ${quality}`)
  }
})

test('J3 tables that came once hold for later pictures of their number', () => {
  const depacketiser = new JpegDepacketiser()
  const [first] = take(packetiseJpeg(file, { quality: 200 }), depacketiser)
  const [second] = take(packetiseJpeg(file, { quality: 200, sendTables: false }), depacketiser, 2)
  deepStrictEqual(second, first)
})

test('J4 without tables that were promised there is no picture', () => {
  deepStrictEqual(take(packetiseJpeg(file, { quality: 200, sendTables: false })), [])
})

test('J5 one table counts for brightness and colours', () => {
  const payloads = packetiseJpeg(file)
  const first = payloads[0]!.payload
  const one = Buffer.concat([first.subarray(0, 11), Buffer.of(64), first.subarray(12, 76), first.subarray(140)])
  deepStrictEqual(take([{ ...payloads[0]!, payload: one }, ...payloads.slice(1)]), take(payloads))
})

for (const [rule, drop] of [
  ['J6 a first packet lost leaves the picture out', 0],
  ['J7 a middle one too', 2],
  ['J8 and a last one', -1]
] as const) {
  test(rule, () => {
    const payloads = packetiseJpeg(file, { most: 100 })
    const depacketiser = new JpegDepacketiser()
    deepStrictEqual(take(payloads.toSpliced(drop, 1), depacketiser), [])
    strictEqual(take(payloads, depacketiser, 2).length, 1)
  })
}

test('J9 packets of another picture do not go into this one', () => {
  const [first, ...rest] = packetiseJpeg(file, { most: 100 })
  const depacketiser = new JpegDepacketiser()
  deepStrictEqual([...take([first!], depacketiser, 1), ...take(rest, depacketiser, 2)], [])
})

for (const [rule, change] of [
  ['J10 a picture without a size is none', [6, 0]],
  ['J11 a type that is not defined is none', [4, 7]],
  ['J12 tables longer than the packet are none', [10, 255]]
] as const) {
  test(rule, () => {
    const payloads = packetiseJpeg(file)
    payloads[0]!.payload[change[0]] = change[1]
    deepStrictEqual(take(payloads), [])
  })
}

test('J13 tables grow finer with quality, and stay within a byte', () => {
  const tables = [-5, 1, 50, 99, 120].map(standardTables)
  deepStrictEqual([tables[0], tables[4]], [tables[1], tables[3]])
  notDeepStrictEqual(tables[1], tables[2])
  // RFC 2435, appendix A: at 50 they are the standard's own.
  deepStrictEqual([...tables[2]!.subarray(0, 6)], [16, 11, 12, 14, 12, 10])
})
