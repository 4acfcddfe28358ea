const senderReport = 200
const receiverReport = 201
const goodbye = 203

/** What a sender says about itself between its packets (RFC 3550 §6). */
export type SenderNews =
  | { readonly kind: 'report'; readonly sender: number; readonly ntp: bigint; readonly timestamp: number }
  | { readonly kind: 'goodbye' }

/** Sender reports and goodbyes of a compound packet; everything else in it is passed over. */
export function* readRtcp(bytes: Buffer): Generator<SenderNews> {
  for (let at = 0; at + 4 <= bytes.length && bytes[at]! >> 6 === 2; ) {
    const end = at + 4 * (1 + bytes.readUInt16BE(at + 2))
    if (end > bytes.length) return
    const type = bytes[at + 1]!
    if (type === goodbye) yield { kind: 'goodbye' }
    else if (type === senderReport && end - at >= 28)
      yield {
        kind: 'report',
        sender: bytes.readUInt32BE(at + 4),
        ntp: bytes.readBigUInt64BE(at + 8),
        timestamp: bytes.readUInt32BE(at + 16)
      }
    at = end
  }
}

export interface Reception {
  /** Our own number. */
  readonly receiver: number
  readonly sender: number
  readonly lostPackets: number
  /** Number of the newest packet, with how often it wrapped above its 16 bits. */
  readonly highest: number
}

/** A receiver report (RFC 3550 §6.4.2), without the figures that only a sender's own control of its rate would use. */
export function receiverReportOf({ receiver, sender, lostPackets, highest }: Reception): Buffer {
  const bytes = Buffer.alloc(32)
  bytes[0] = 0x81
  bytes[1] = receiverReport
  bytes.writeUInt16BE(bytes.length / 4 - 1, 2)
  bytes.writeUInt32BE(receiver, 4)
  bytes.writeUInt32BE(sender, 8)
  bytes.writeUIntBE(Math.min(lostPackets, 0x7fffff), 13, 3)
  bytes.writeUInt32BE(highest >>> 0, 16)
  return bytes
}
