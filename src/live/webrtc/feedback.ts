const senderReportType = 200
const receiverReport = 201
const goodbyeType = 203
const transportFeedback = 205
const payloadFeedback = 206
const nackFormat = 1
const pliFormat = 1
const firFormat = 4
/** Seconds from 1900, where NTP counts from, to 1970. */
const ntpEpochSeconds = 2_208_988_800

/** What a receiver says about what we send (RFC 3550 §6.4, RFC 4585 §6, RFC 5104 §4.3.1). */
export type ViewerNews =
  | { readonly kind: 'lost'; readonly numbers: readonly number[] }
  | { readonly kind: 'key-wanted' }
  | { readonly kind: 'report'; readonly lostShare: number }
  | { readonly kind: 'goodbye' }

/** Reads a compound packet; what is none of ours, or concerns another source, is passed over. */
export function* readFeedback(bytes: Buffer, ssrc: number): Generator<ViewerNews> {
  for (let at = 0; at + 8 <= bytes.length && bytes[at]! >> 6 === 2; ) {
    const end = at + 4 * (1 + bytes.readUInt16BE(at + 2))
    if (end > bytes.length) return
    const [format, type] = [bytes[at]! & 0x1f, bytes[at + 1]!]
    const part = bytes.subarray(at, end)
    const isOurs = part.length >= 12 && part.readUInt32BE(8) === ssrc
    if (type === transportFeedback && format === nackFormat && isOurs)
      yield { kind: 'lost', numbers: lostNumbers(part) }
    else if (type === payloadFeedback && (format === pliFormat ? isOurs : format === firFormat))
      yield { kind: 'key-wanted' }
    else if (type === receiverReport && isOurs && part.length >= 32)
      yield { kind: 'report', lostShare: part[12]! / 256 }
    else if (type === goodbyeType) yield { kind: 'goodbye' }
    at = end
  }
}

function lostNumbers(part: Buffer): number[] {
  const numbers: number[] = []
  for (let at = 12; at + 4 <= part.length; at += 4) {
    const [first, more] = [part.readUInt16BE(at), part.readUInt16BE(at + 2)]
    numbers.push(first)
    for (let bit = 0; bit < 16; bit++) if ((more >> bit) & 1) numbers.push((first + 1 + bit) & 0xffff)
  }
  return numbers
}

export interface SenderFacts {
  readonly ssrc: number
  readonly wallMs: number
  readonly timestamp: number
  readonly packets: number
  readonly bytes: number
}

/** A sender report with the name that goes with it (RFC 3550 §6.4.1, §6.5). */
export function senderReport({ ssrc, wallMs, timestamp, packets, bytes }: SenderFacts): Buffer {
  const report = Buffer.alloc(28)
  head(report, 0x80, senderReportType)
  report.writeUInt32BE(ssrc, 4)
  report.writeUInt32BE((Math.floor(wallMs / 1000) + ntpEpochSeconds) >>> 0, 8)
  report.writeUInt32BE(Math.floor(((wallMs % 1000) / 1000) * 2 ** 32), 12)
  report.writeUInt32BE(timestamp, 16)
  report.writeUInt32BE(packets >>> 0, 20)
  report.writeUInt32BE(bytes >>> 0, 24)
  return report
}

/** Asks for a key frame (RFC 4585 §6.3.1). */
export function pictureLoss(ssrc: number, media: number): Buffer {
  const packet = Buffer.alloc(12)
  head(packet, 0x80 | pliFormat, payloadFeedback)
  packet.writeUInt32BE(ssrc, 4)
  packet.writeUInt32BE(media, 8)
  return packet
}

/** Asks for packets again (RFC 4585 §6.2.1). `numbers` grow, wrapping. */
export function missing(ssrc: number, media: number, numbers: readonly number[]): Buffer {
  const pairs: [number, number][] = []
  for (const number of numbers) {
    const last = pairs.at(-1)
    const bit = last ? ((number - last[0]) & 0xffff) - 1 : 16
    if (last && bit >= 0 && bit < 16) last[1] |= 1 << bit
    else pairs.push([number, 0])
  }
  const packet = Buffer.alloc(12 + 4 * pairs.length)
  head(packet, 0x80 | nackFormat, transportFeedback)
  packet.writeUInt32BE(ssrc, 4)
  packet.writeUInt32BE(media, 8)
  pairs.forEach(([first, more], index) => {
    packet.writeUInt16BE(first, 12 + 4 * index)
    packet.writeUInt16BE(more, 14 + 4 * index)
  })
  return packet
}

export interface ReceptionFacts {
  readonly ssrc: number
  readonly media: number
  /** Since the report before, 0 to 1. */
  readonly lostShare: number
  readonly lostPackets: number
  /** Number of the newest packet, with how often it wrapped above its 16 bits. */
  readonly highest: number
  /** Of the sender's last report: the middle of its NTP time, and how long ago that came. */
  readonly lastReport?: { readonly middle: number; readonly agoMs: number }
}

/** A receiver report (RFC 3550 §6.4.2). */
export function receptionReport(facts: ReceptionFacts): Buffer {
  const packet = Buffer.alloc(32)
  head(packet, 0x81, receiverReport)
  packet.writeUInt32BE(facts.ssrc, 4)
  packet.writeUInt32BE(facts.media, 8)
  packet[12] = Math.min(255, Math.floor(facts.lostShare * 256))
  packet.writeUIntBE(Math.min(facts.lostPackets, 0x7f_ffff), 13, 3)
  packet.writeUInt32BE(facts.highest >>> 0, 16)
  packet.writeUInt32BE(facts.lastReport?.middle ?? 0, 24)
  packet.writeUInt32BE(Math.floor(((facts.lastReport?.agoMs ?? 0) * 65_536) / 1000) >>> 0, 28)
  return packet
}

/** Says that `ssrc` sends nothing any more (RFC 3550 §6.6); behind a report, as the RFC has it. */
export function goodbye(ssrc: number): Buffer {
  const packet = Buffer.alloc(8)
  head(packet, 0x81, goodbyeType)
  packet.writeUInt32BE(ssrc, 4)
  return packet
}

function head(packet: Buffer, first: number, type: number): void {
  packet[0] = first
  packet[1] = type
  packet.writeUInt16BE(packet.length / 4 - 1, 2)
}
