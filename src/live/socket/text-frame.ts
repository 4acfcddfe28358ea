const textOpcode = 0x81

/**
 * A text message as a server puts it on the wire: one final frame, neither masked nor compressed (RFC 6455 §5.2). Made
 * once and written to everybody, it saves each connection the encoding and the second write for the header.
 */
export function textFrame(text: string | Buffer): Buffer {
  const bytes = typeof text === 'string' ? Buffer.byteLength(text) : text.length
  const start = bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(start + bytes)
  frame[0] = textOpcode
  if (start === 2) frame[1] = bytes
  else if (start === 4) {
    frame[1] = 126
    frame.writeUInt16BE(bytes, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(bytes), 2)
  }
  if (typeof text === 'string') frame.write(text, start)
  else text.copy(frame, start)
  return frame
}

/** The texts of frames that `textFrame` made, one after the other. */
export function textsOf(frames: Buffer): string[] {
  const texts: string[] = []
  for (let at = 0; at < frames.length; ) {
    const short = frames[at + 1]!
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10)
    const bytes =
      short < 126 ? short : short === 126 ? frames.readUInt16BE(at + 2) : Number(frames.readBigUInt64BE(at + 2))
    at = start + bytes
    texts.push(frames.toString('utf8', start, at))
  }
  return texts
}
