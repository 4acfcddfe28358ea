import { SightlineError } from '../../core/errors.ts'

export interface PictureHeader {
  readonly codec: 'mjpeg' | 'webp'
  readonly width: number
  readonly height: number
}

/** A camera's picture has a dozen. */
const mostSegments = 1024

/**
 * What a JPEG or WebP file says of its size, read without decoding it: a few bytes can claim a gigapixel.
 * Throws SL_PUSH_INVALID for anything else.
 */
export function pictureHeader(bytes: Buffer): PictureHeader {
  const size = bytes.length > 4 && bytes.readUInt16BE(0) === 0xffd8 ? jpegSize(bytes) : webpSize(bytes)
  if (size && size.width > 0 && size.height > 0) return size
  throw new SightlineError('SL_PUSH_INVALID', `A picture of ${bytes.length} bytes is neither a JPEG nor a still WebP.`)
}

/** ITU-T T.81, annex B. The largest of its frame headers, wherever a decoder would stop. */
function jpegSize(bytes: Buffer): PictureHeader | undefined {
  let [width, height] = [0, 0]
  let at = 2
  for (let segment = 0; segment < mostSegments && at + 4 <= bytes.length; segment++) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    // The scan begins: what follows is pixels.
    if (marker === 0xda) return { codec: 'mjpeg', width, height }
    const length = bytes.readUInt16BE(at + 2)
    if (isFrameHeader(marker) && at + 9 <= bytes.length) {
      height = Math.max(height, bytes.readUInt16BE(at + 5))
      width = Math.max(width, bytes.readUInt16BE(at + 7))
    }
    at += 2 + Math.max(2, length)
  }
  return undefined
}

/** SOF0 to SOF15, among which are the tables DHT, JPG and DAC. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** RFC 9649, sections 2.5 to 2.7, of pictures that do not move. */
function webpSize(bytes: Buffer): PictureHeader | undefined {
  if (bytes.length < 30 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP')
    return undefined
  const codec = 'webp'
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return bytes.readUIntBE(23, 3) === 0x9d012a
        ? { codec, width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
        : undefined
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21)
      return bytes[20] === 0x2f
        ? { codec, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
        : undefined
    }
    case 'VP8X': {
      const isAnimated = (bytes[20]! & 0x02) !== 0
      return isAnimated ? undefined : { codec, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
    }
    default:
      return undefined
  }
}
