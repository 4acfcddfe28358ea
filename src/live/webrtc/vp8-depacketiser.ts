import type { Depacketiser, EncodedPicture } from '../../media/sources/rtsp/depacketiser.ts'
import { PictureParts } from './picture-parts.ts'

/** VP8 over RTP (RFC 7741 §4). */
export class Vp8Depacketiser implements Depacketiser {
  readonly #parts = new PictureParts()

  take(payload: Buffer, timestamp: number, marker: boolean): readonly EncodedPicture[] {
    const start = descriptorBytes(payload)
    const before = this.#parts.begin(timestamp)
    if (start !== undefined && start < payload.length) {
      const body = payload.subarray(start)
      const isFirst = (payload[0]! & 0x10) !== 0 && (payload[0]! & 0x07) === 0
      // The first bit of a picture is 0 in a key frame (RFC 6386 §9.1).
      this.#parts.add(body, isFirst, isFirst && (body[0]! & 1) === 0)
    }
    return [before, marker ? this.#parts.finish() : undefined].filter(picture => picture !== undefined)
  }

  lose(): void {
    this.#parts.lose()
  }
}

/** How long the descriptor before the picture's bytes is; undefined where it does not fit. */
function descriptorBytes(payload: Buffer): number | undefined {
  if (payload.length === 0) return undefined
  if ((payload[0]! & 0x80) === 0) return 1
  const extensions = payload[1]
  if (extensions === undefined) return undefined
  let at = 2
  if (extensions & 0x80) at += (payload[at] ?? 0) & 0x80 ? 2 : 1
  if (extensions & 0x40) at += 1
  if (extensions & 0x30) at += 1
  return at
}
