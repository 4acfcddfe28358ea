/** Header extension that numbers all packets of a connection (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
export const arrivalExtension = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'

const transportFeedback = 205
const arrivalFormat = 15
const referenceMs = 64
const tickMs = 0.25
/** Beyond this a report would not fit into a packet; what is missing then is missing. */
const mostPackets = 400
const notReceived = 0
const smallStep = 1
const largeStep = 2

/**
 * Tells a sender when each of its packets came. From that it learns how much the way can take long before packets are
 * lost: without it, browsers feel their way up from 300 kbit/s, and fill every buffer on the way when it narrows.
 */
export class ArrivalFeedback {
  readonly #arrivals = new Map<number, number>()
  /** Numbers without their wrapping. */
  #highest: number | undefined
  #nextBase: number | undefined
  #count = 0

  note(number: number, nowMs: number): void {
    const last = this.#highest ?? number
    const unwrapped = last + (((number - last) << 16) >> 16)
    if (this.#nextBase !== undefined && unwrapped < this.#nextBase) return
    this.#highest = Math.max(last, unwrapped)
    this.#arrivals.set(unwrapped, nowMs)
  }

  /** A report on what came since the one before; undefined where nothing did. */
  report(ssrc: number, media: number): Buffer | undefined {
    const numbers = [...this.#arrivals.keys()].sort((a, b) => a - b)
    const newest = numbers.at(-1)
    if (newest === undefined) return undefined
    const base = Math.max(this.#nextBase ?? numbers[0]!, newest - mostPackets + 1)
    const firstMs = this.#arrivals.get(numbers.find(number => number >= base)!)!
    const reference = Math.floor(firstMs / referenceMs)
    const statuses: number[] = []
    const steps: Buffer[] = []
    let beforeTicks = (reference * referenceMs) / tickMs
    for (let number = base; number <= newest; number++) {
      const atMs = this.#arrivals.get(number)
      const step = atMs === undefined ? 0 : Math.round(atMs / tickMs) - beforeTicks
      const isSmall = step >= 0 && step <= 0xff
      statuses.push(atMs === undefined ? notReceived : isSmall ? smallStep : largeStep)
      if (atMs === undefined) continue
      steps.push(isSmall ? Buffer.of(step) : signed(step))
      beforeTicks += step
    }
    this.#arrivals.clear()
    this.#nextBase = newest + 1
    return packet({ ssrc, media, base, reference, count: this.#count++ & 0xff, statuses, steps })
  }
}

function packet(facts: {
  readonly ssrc: number
  readonly media: number
  readonly base: number
  readonly reference: number
  readonly count: number
  readonly statuses: readonly number[]
  readonly steps: readonly Buffer[]
}): Buffer {
  const { statuses } = facts
  const chunks = Buffer.alloc(2 * Math.ceil(statuses.length / 7))
  for (let chunk = 0; chunk < chunks.length / 2; chunk++) {
    // Seven statuses of two bits, behind two bits that say so.
    const seven = Array.from({ length: 7 }, (_, index) => statuses[7 * chunk + index] ?? notReceived)
    chunks.writeUInt16BE(
      seven.reduce((bits, status) => (bits << 2) | status, 3),
      2 * chunk
    )
  }
  const head = Buffer.alloc(20)
  const body = Buffer.concat([head, chunks, ...facts.steps])
  const bytes = Buffer.concat([body, Buffer.alloc((4 - (body.length & 3)) & 3)])
  bytes[0] = 0x80 | arrivalFormat
  bytes[1] = transportFeedback
  bytes.writeUInt16BE(bytes.length / 4 - 1, 2)
  bytes.writeUInt32BE(facts.ssrc, 4)
  bytes.writeUInt32BE(facts.media, 8)
  bytes.writeUInt16BE(facts.base & 0xffff, 12)
  bytes.writeUInt16BE(statuses.length, 14)
  bytes.writeUIntBE(facts.reference & 0xff_ffff, 16, 3)
  bytes[19] = facts.count
  return bytes
}

function signed(step: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(Math.max(-0x8000, Math.min(0x7fff, step)))
  return bytes
}

/** The number of two bytes that a packet carries in extension `id` (RFC 8285, one-byte form); undefined where none is. */
export function extensionNumber(bytes: Buffer, id: number): number | undefined {
  if ((bytes[0]! & 0x10) === 0) return undefined
  const start = 12 + 4 * (bytes[0]! & 0x0f)
  if (start + 4 > bytes.length || bytes.readUInt16BE(start) !== 0xbede) return undefined
  const end = Math.min(bytes.length, start + 4 + 4 * bytes.readUInt16BE(start + 2))
  for (let at = start + 4; at < end; ) {
    const head = bytes[at]!
    if (head === 0) {
      at++
      continue
    }
    const length = (head & 0x0f) + 1
    if (head >> 4 === id && length === 2 && at + 3 <= end) return bytes.readUInt16BE(at + 1)
    at += 1 + length
  }
  return undefined
}
