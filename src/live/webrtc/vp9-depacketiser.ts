import type { Depacketiser, EncodedPicture } from '../../media/sources/rtsp/depacketiser.ts'
import { PictureParts } from './picture-parts.ts'

/** VP9 over RTP (RFC 9628 §4). Layers of one picture go together, as they do in a file. */
export class Vp9Depacketiser implements Depacketiser {
  readonly #parts = new PictureParts()

  take(payload: Buffer, timestamp: number, marker: boolean): readonly EncodedPicture[] {
    const head = readDescriptor(payload)
    const before = this.#parts.begin(timestamp)
    if (head && head.bytes < payload.length) {
      const body = payload.subarray(head.bytes)
      const isFirst = head.isBeginning && head.isLowestLayer
      this.#parts.add(body, isFirst, isFirst && isKey(body[0]!))
    }
    return [before, marker ? this.#parts.finish() : undefined].filter(picture => picture !== undefined)
  }

  lose(): void {
    this.#parts.lose()
  }
}

/** Of a picture's own first byte: frame marker, profile, whether an old one is shown, whether it needs others (VP9 §6.2). */
function isKey(first: number): boolean {
  const profile = ((first >> 5) & 1) | ((first >> 3) & 2)
  // Profile 3 has one bit more before what is asked for.
  const rest = profile === 3 ? first << 1 : first
  return first >> 6 === 2 && (rest & 0x08) === 0 && (rest & 0x04) === 0
}

function readDescriptor(payload: Buffer) {
  const flags = payload[0]
  if (flags === undefined) return undefined
  const [hasNumber, isPredicted, hasLayers, isFlexible] = [0x80, 0x40, 0x20, 0x10].map(bit => (flags & bit) !== 0)
  let at = 1
  let isLowestLayer = true
  if (hasNumber) at += (payload[at] ?? 0) & 0x80 ? 2 : 1
  if (hasLayers) {
    isLowestLayer = (((payload[at] ?? 0) >> 1) & 7) === 0
    at += isFlexible ? 1 : 2
  }
  if (isFlexible && isPredicted) {
    let more = true
    for (let count = 0; more && count < 3; count++) more = ((payload[at++] ?? 0) & 1) !== 0
  }
  if (flags & 0x02) at += structureBytes(payload.subarray(at))
  return { bytes: at, isBeginning: (flags & 0x08) !== 0, isLowestLayer }
}

/** How long the description of the layers is. */
function structureBytes(bytes: Buffer): number {
  const flags = bytes[0] ?? 0
  const layers = (flags >> 5) + 1
  let at = 1 + (flags & 0x10 ? 4 * layers : 0)
  if ((flags & 0x08) === 0) return at
  const pictures = bytes[at++] ?? 0
  for (let count = 0; count < pictures; count++) at += 1 + (((bytes[at] ?? 0) >> 2) & 3)
  return at
}
