/** One packet of a stream (RFC 3550 §5.1). */
export interface RtpPacket {
  readonly payloadType: number
  /** Of the last packet of a picture. */
  readonly marker: boolean
  /** 16 bits, growing by one and wrapping. */
  readonly number: number
  /** 32 bits, wrapping. */
  readonly timestamp: number
  /** Who sent it, by a number of its own choice. */
  readonly sender: number
  readonly payload: Buffer
}

const headBytes = 12

/** Reads a packet in place; undefined for what is none. */
export function readRtp(bytes: Buffer): RtpPacket | undefined {
  if (bytes.length < headBytes || bytes[0]! >> 6 !== 2) return undefined
  const hasPadding = (bytes[0]! & 0x20) !== 0
  const hasExtension = (bytes[0]! & 0x10) !== 0
  let start = headBytes + 4 * (bytes[0]! & 0x0f)
  if (hasExtension) {
    if (bytes.length < start + 4) return undefined
    start += 4 + 4 * bytes.readUInt16BE(start + 2)
  }
  const end = bytes.length - (hasPadding ? bytes.at(-1)! : 0)
  if (start > end) return undefined
  return {
    payloadType: bytes[1]! & 0x7f,
    marker: bytes[1]! >= 0x80,
    number: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    sender: bytes.readUInt32BE(8),
    payload: bytes.subarray(start, end)
  }
}
