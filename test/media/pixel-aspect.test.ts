import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { squarePixelSize } from '../../src/media/pixel-aspect.ts'
import { makeClip } from '../support/make-clip.ts'
import { readAll } from '../support/read-all.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

for (const { rule, width, height, aspect, gives } of [
  { rule: 'wide pixels widen the picture', width: 720, height: 576, aspect: 16 / 11, gives: [1048, 576] },
  { rule: 'tall pixels make it taller', width: 720, height: 576, aspect: 3 / 4, gives: [720, 768] },
  { rule: 'square pixels change nothing', width: 720, height: 576, aspect: 1, gives: undefined },
  {
    rule: 'nor do pixels that nobody said the shape of',
    width: 720,
    height: 576,
    aspect: Number.NaN,
    gives: undefined
  },
  { rule: 'nor nearly square ones', width: 1920, height: 1080, aspect: 4320 / 4319, gives: undefined },
  { rule: 'nor a shape that cannot be', width: 720, height: 576, aspect: 255, gives: undefined },
  { rule: 'a picture does not grow past 8192²', width: 8192, height: 8192, aspect: 2, gives: undefined }
]) {
  test(rule, () => {
    const size = squarePixelSize({ width, height }, aspect)
    deepStrictEqual(size && [size.width, size.height], gives)
  })
}

for (const [file, options, expected] of [
  ['wide.mp4', { pixelAspect: [4, 3] }, { width: 128, height: 72, corner: 'top-left' }],
  ['wide.ts', { pixelAspect: [4, 3] }, { width: 128, height: 72, corner: 'top-left' }],
  ['tall.mkv', { pixelAspect: [3, 4] }, { width: 96, height: 96, corner: 'top-left' }],
  ['turned.mov', { pixelAspect: [4, 3], rotation: 90 }, { width: 72, height: 128, corner: 'top-right' }]
] as const) {
  test(`${file} is seen with square pixels`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, file)
    await makeClip(path, { width: 96, height: 72, frames: 4, ...options })
    const { facts, frames, corner } = await readAll(path)
    deepStrictEqual({ width: facts.width, height: facts.height, corner }, expected)
    strictEqual(frames.length, 4)
  })
}

test("the container's word on the shape of pixels goes before the coded pictures'", async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'a.mp4')
  await makeClip(path, { width: 96, height: 72, frames: 2, pixelAspect: [4, 3] })
  const bytes = await readFile(path)
  // ISO/IEC 14496-12 §12.1.4: hSpacing, vSpacing.
  const box = bytes.indexOf('pasp') + 4
  bytes.writeUInt32BE(2, box)
  bytes.writeUInt32BE(1, box + 4)
  await writeFile(path, bytes)
  strictEqual((await readAll(path)).facts.width, 192)
})
