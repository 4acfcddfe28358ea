import type { PixelRequest } from '../../src/core/fit.ts'
import { openVideo } from '../../src/media/open-video.ts'
import type { VideoFacts, VideoOptions } from '../../src/media/video.ts'

export function rgbRequest(width: number, height: number): PixelRequest {
  return { width, height, format: 'rgb24', mode: 'stretch', pad: 0 }
}

export interface ReadAll {
  readonly facts: VideoFacts
  readonly frames: readonly { readonly index: number; readonly ptsMs: number }[]
  /** Where the test picture's white quarter is in the first frame. */
  readonly corner: string
  readonly brokenPackets: number
  readonly truncated: boolean
}

/** Reads a video to its end. */
export async function readAll(path: string, options: VideoOptions = {}): Promise<ReadAll> {
  await using video = await openVideo(path, options)
  const frames: { index: number; ptsMs: number }[] = []
  let corner = 'none'
  const pixels = Buffer.alloc(16 * 16 * 3)
  for await (const frame of video.frames()) {
    using _ = frame
    if (frames.length === 0) {
      await frame.scaleInto(rgbRequest(16, 16), pixels)
      corner = whiteQuarter(pixels)
    }
    frames.push({ index: frame.index, ptsMs: frame.ptsMs })
  }
  return { facts: video.facts, frames, corner, brokenPackets: video.brokenPackets, truncated: video.truncated }
}

function whiteQuarter(pixels: Buffer): string {
  const at = (x: number, y: number) => pixels[(y * 16 + x) * 3]! > 200
  const quarters = {
    'top-left': at(4, 4),
    'top-right': at(12, 4),
    'bottom-left': at(4, 10),
    'bottom-right': at(12, 10)
  }
  return Object.entries(quarters)
    .filter(([, white]) => white)
    .map(([name]) => name)
    .join('+')
}
