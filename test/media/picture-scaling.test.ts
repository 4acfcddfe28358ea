import { strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { scalePicture } from '../../src/media/picture-scaling.ts'

interface Scaled {
  readonly from: readonly [width: number, height: number]
  readonly to: readonly [width: number, height: number]
  readonly sha256: string
}

/** What OpenCV makes of the same pictures: test/reference/scaling.py. */
const expected = JSON.parse(
  readFileSync(new URL('../reference/scaling.json', import.meta.url), 'utf8')
) as readonly Scaled[]

/** RGBA bytes whose colours are those of the reference. */
function picture(width: number, height: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: width * height * 4 }, (_, at) => colour((at >> 2) * 3 + (at & 3))))
}

const colour = (place: number) => (Math.imul(place, 2654435761) >>> 13) & 255

for (const { from, to, sha256 } of expected)
  test(`a picture of ${from.join('×')} is scaled to ${to.join('×')} as OpenCV scales it, to the last bit`, () => {
    const [width, height] = to
    const target = Buffer.alloc(width * height * 3)
    const request = { width, height, format: 'rgb24', mode: 'stretch', pad: 0 } as const
    const source = { width: from[0], height: from[1], data: picture(...from) }
    scalePicture(source, request, { left: 0, top: 0, width, height }, target)
    strictEqual(createHash('sha256').update(target).digest('hex'), sha256)
  })
