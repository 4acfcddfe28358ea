/** A payload of RTP, and whether it is its picture's last. */
export interface Payload {
  readonly payload: Buffer
  readonly marker: boolean
}

/** Packetises NAL units of one picture: small ones together (`aggregate`), large ones in fragments of at most `most` bytes. */
export function packetiseNal(
  codec: 'h264' | 'hevc',
  units: readonly Buffer[],
  { most = 1200, aggregate = false } = {}
): Payload[] {
  const payloads: Buffer[] = []
  let together: Buffer[] = []
  const flush = () => {
    if (together.length === 1) payloads.push(together[0]!)
    else if (together.length > 1) payloads.push(aggregated(codec, together))
    together = []
  }
  for (const unit of units) {
    if (unit.length > most) {
      flush()
      payloads.push(...fragmented(codec, unit, most))
    } else {
      if (!aggregate || together.reduce((sum, { length }) => sum + length + 2, 2) + unit.length + 2 > most) flush()
      together.push(unit)
    }
  }
  flush()
  return payloads.map((payload, index) => ({ payload, marker: index === payloads.length - 1 }))
}

function aggregated(codec: 'h264' | 'hevc', units: readonly Buffer[]): Buffer {
  const head = codec === 'h264' ? Buffer.of(0x60 | 24) : Buffer.of(48 << 1, 1)
  return Buffer.concat([head, ...units.flatMap(unit => [Buffer.of(unit.length >> 8, unit.length & 255), unit])])
}

function fragmented(codec: 'h264' | 'hevc', unit: Buffer, most: number): Buffer[] {
  const headBytes = codec === 'h264' ? 1 : 2
  const type = codec === 'h264' ? unit[0]! & 0x1f : (unit[0]! >> 1) & 0x3f
  const pieces: Buffer[] = []
  for (let at = headBytes; at < unit.length; at += most) {
    const flags = (at === headBytes ? 0x80 : 0) | (at + most >= unit.length ? 0x40 : 0)
    const head =
      codec === 'h264'
        ? [(unit[0]! & 0xe0) | 28, flags | type]
        : [(unit[0]! & 0x81) | (49 << 1), unit[1]!, flags | type]
    pieces.push(Buffer.concat([Buffer.from(head), unit.subarray(at, at + most)]))
  }
  return pieces
}

/** NAL units of Annex B. */
export function unitsOf(annexB: Buffer): Buffer[] {
  const units: Buffer[] = []
  const starts: { readonly mark: number; readonly unit: number }[] = []
  for (let at = annexB.indexOf('000001', 0, 'hex'); at >= 0; at = annexB.indexOf('000001', at + 3, 'hex'))
    starts.push({ mark: at > 0 && annexB[at - 1] === 0 ? at - 1 : at, unit: at + 3 })
  for (const [index, { unit }] of starts.entries()) units.push(annexB.subarray(unit, starts[index + 1]?.mark))
  return units
}

/** One RTP packet with payload type 96. */
export function rtpPacket(
  { payload, marker }: Payload,
  {
    number,
    timestamp,
    sender = 0x5197,
    type = 96
  }: { number: number; timestamp: number; sender?: number; type?: number }
): Buffer {
  const head = Buffer.alloc(12)
  head[0] = 0x80
  head[1] = (marker ? 0x80 : 0) | type
  head.writeUInt16BE(number & 0xffff, 2)
  head.writeUInt32BE(timestamp >>> 0, 4)
  head.writeUInt32BE(sender, 8)
  return Buffer.concat([head, payload])
}

/** A sender report: at `wallMs` its clock stood at `timestamp`. */
export function senderReport(wallMs: number, timestamp: number, sender = 0x5197): Buffer {
  const bytes = Buffer.alloc(28)
  bytes[0] = 0x80
  bytes[1] = 200
  bytes.writeUInt16BE(6, 2)
  bytes.writeUInt32BE(sender, 4)
  bytes.writeUInt32BE(Math.floor(wallMs / 1000) + 2_208_988_800, 8)
  bytes.writeUInt32BE(Math.floor(((wallMs % 1000) / 1000) * 2 ** 32), 12)
  bytes.writeUInt32BE(timestamp >>> 0, 16)
  return bytes
}
