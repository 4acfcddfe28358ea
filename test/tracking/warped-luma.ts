import { requestBytes } from '../../src/core/fit.ts'
import { openVideo } from '../../src/media/open-video.ts'

/** A picture of luma: one byte a pixel. */
export interface Luma {
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}

/** What a camera does from one picture to the next, in pixels of the picture it gives, about its middle. */
export interface CameraStep {
  readonly x?: number
  readonly y?: number
  readonly scale?: number
  readonly roll?: number
}

/** A real frame of a video, as large as it is. */
export async function lumaOf(path: string, index: number): Promise<Luma> {
  await using video = await openVideo(path)
  for await (const frame of video.frames()) {
    using _ = frame
    if (frame.index < index) continue
    const { width, height } = frame
    const request = { width, height, format: 'gray8', mode: 'stretch', pad: 0 } as const
    const bytes = Buffer.alloc(requestBytes(request))
    await frame.scaleInto(request, bytes)
    return { width, height, bytes: new Uint8Array(bytes) }
  }
  throw new Error(`${path} has no frame ${index}`)
}

/**
 * What a camera sees of a larger picture from its middle, two pixels of it in one, after a step: what was at p about the middle is
 * at scale · turned(p) + (x, y).
 */
export function seenBy(
  { width, height, bytes }: Luma,
  size: { readonly width: number; readonly height: number },
  { x = 0, y = 0, scale = 1, roll = 0 }: CameraStep = {},
  light = 1
): Uint8Array {
  const seen = new Uint8Array(size.width * size.height)
  const zoom = 1.9
  const [cos, sin] = [Math.cos(roll) / scale, Math.sin(roll) / scale]
  for (let row = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++) {
      const [fromX, fromY] = [column + 0.5 - size.width / 2 - x, row + 0.5 - size.height / 2 - y]
      const sourceX = width / 2 + zoom * (cos * fromX + sin * fromY) - 0.5
      const sourceY = height / 2 + zoom * (cos * fromY - sin * fromX) - 0.5
      seen[row * size.width + column] = Math.min(255, light * between(bytes, width, height, sourceX, sourceY))
    }
  }
  return seen
}

/** Mean of the 2×2 pixels' bilinear values around a place. */
function between(bytes: Uint8Array, width: number, height: number, x: number, y: number): number {
  let sum = 0
  for (const [dx, dy] of [
    [-0.45, -0.45],
    [0.45, -0.45],
    [-0.45, 0.45],
    [0.45, 0.45]
  ] as const) {
    const [atX, atY] = [clamp(x + dx, width - 1.001), clamp(y + dy, height - 1.001)]
    const [left, top] = [Math.floor(atX), Math.floor(atY)]
    const [partX, partY] = [atX - left, atY - top]
    const at = top * width + left
    const above = bytes[at]! * (1 - partX) + bytes[at + 1]! * partX
    sum += above * (1 - partY) + (bytes[at + width]! * (1 - partX) + bytes[at + width + 1]! * partX) * partY
  }
  return sum / 4
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value))
}
