import type { SourceCodec } from './sources/source.ts'

/** What a still picture says of itself before its pixels. */
export interface PictureHeader {
  readonly codec: Extract<SourceCodec, 'mjpeg' | 'png' | 'webp'>
  readonly width: number
  readonly height: number
}

/** By the first bytes, whatever a server calls it; undefined where it is no JPEG, PNG or WebP that says its size. */
export function readPictureHeader(data: Buffer): PictureHeader | undefined {
  const magic = data.toString('latin1', 0, 16)
  if (magic.startsWith('\xff\xd8\xff')) return jpegHeader(data)
  if (magic.startsWith('\x89PNG\r\n\x1a\n') && data.length >= 24)
    return { codec: 'png', width: data.readUInt32BE(16), height: data.readUInt32BE(20) }
  if (magic.startsWith('RIFF') && magic.startsWith('WEBP', 8) && data.length >= 30)
    return webpHeader(magic.slice(12), data)
  return undefined
}

/** The first frame header's size (ISO/IEC 10918-1, B.2.2). */
function jpegHeader(data: Buffer): PictureHeader | undefined {
  for (let at = 2; at + 9 <= data.length && data[at] === 0xff; ) {
    const marker = data[at + 1]!
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { codec: 'mjpeg', height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) }
    // A marker may have any number of 0xff before it.
    at += marker === 0xff ? 1 : 2 + data.readUInt16BE(at + 2)
  }
  return undefined
}

/** RFC 9649 §2.5–2.7, by the first chunk. */
function webpHeader(chunk: string, data: Buffer): PictureHeader | undefined {
  if (chunk === 'VP8X') return { codec: 'webp', width: data.readUIntLE(24, 3) + 1, height: data.readUIntLE(27, 3) + 1 }
  if (chunk === 'VP8 ')
    return { codec: 'webp', width: data.readUInt16LE(26) & 0x3fff, height: data.readUInt16LE(28) & 0x3fff }
  if (chunk !== 'VP8L') return undefined
  const bits = data.readUInt32LE(21)
  return { codec: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}
