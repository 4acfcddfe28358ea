import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import { readPictureHeader } from '../../src/media/picture-header.ts'

const canvas = createCanvas(33, 21)

for (const [name, codec, bytes] of [
  ['JPEG', 'mjpeg', canvas.encodeSync('jpeg', 80)],
  ['PNG', 'png', canvas.encodeSync('png')],
  ['WebP', 'webp', canvas.encodeSync('webp', 50)]
] as const) {
  test(`P1 a ${name} says its size`, () => deepStrictEqual(readPictureHeader(bytes), { codec, width: 33, height: 21 }))

  test(`P2 a ${name} that is cut off anywhere breaks nothing`, () => {
    for (let length = 0; length < bytes.length; length++) readPictureHeader(bytes.subarray(0, length))
    strictEqual(readPictureHeader(bytes.subarray(0, 12)), undefined)
  })
}

for (const [kind, chunk, width, height] of [
  ['an extended', 'VP8X\x0a\0\0\0\0\0\0\0\x3f\x42\x0f\xff\xff\xff', 1_000_000, 16_777_216],
  ['a lossy', 'VP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\x21\0\x15\xc0', 33, 21],
  ['a lossless', 'VP8L\x05\0\0\0\x2f\x20\0\x05\0\0\0\0\0\0', 33, 21]
] as const) {
  test(`P3 ${kind} WebP says its size`, () => {
    const bytes = Buffer.from(`RIFF\x1e\0\0\0WEBP${chunk}`, 'latin1')
    deepStrictEqual(readPictureHeader(bytes), { codec: 'webp', width, height })
  })
}

test('P4 segments before the frame of a JPEG are passed over, whatever their length', () => {
  const jpeg = canvas.encodeSync('jpeg', 80)
  const long = Buffer.concat([Buffer.from([0xff, 0xff, 0xe1, 0xff, 0xff]), Buffer.alloc(0xfffd, 0xff)])
  const withExif = Buffer.concat([jpeg.subarray(0, 2), long, jpeg.subarray(2)])
  deepStrictEqual(readPictureHeader(withExif), { codec: 'mjpeg', width: 33, height: 21 })
})

test('P5 anything else is no picture', () => {
  for (const text of ['', 'hello', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'GIF89a\x01\0\x01\0'])
    strictEqual(readPictureHeader(Buffer.from(text, 'latin1')), undefined)
})
