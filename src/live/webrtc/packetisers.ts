import { nalUnits } from '../../media/nal-units.ts'
import { nalType, nalTypes } from './h264-units.ts'

/** What a packet carries behind its RTP header: with DTLS, SRTP, UDP and IPv6 around it, it fits into every network. */
export const mostPayloadBytes = 1180

/** Cuts a picture into the payloads of RTP packets. */
export type Packetiser = (picture: Buffer, state: PacketiserState) => Buffer[]

export interface PacketiserState {
  readonly isKey: boolean
  /** Grows by one with each picture. */
  readonly number: number
  /** H.264: parameter sets for a key frame that has none. */
  readonly parameterSets: Buffer
}

const stapA = 24
const fuA = 28

/** H.264 (RFC 6184), non-interleaved: small units together, large ones in fragments, parameter sets before key frames. */
export function packetiseH264(picture: Buffer, { isKey, parameterSets }: PacketiserState): Buffer[] {
  const units = nalUnits(picture).filter(
    unit => nalType(unit) !== nalTypes.delimiter && nalType(unit) !== nalTypes.filler
  )
  const hasSets = units.some(unit => nalType(unit) === nalTypes.sequence)
  const all = isKey && !hasSets ? [...nalUnits(parameterSets), ...units] : units
  const payloads: Buffer[] = []
  let together: Buffer[] = []
  const flush = () => {
    if (together.length > 0) payloads.push(together.length === 1 ? together[0]! : aggregated(together))
    together = []
  }
  for (const unit of all) {
    const isSmall = nalType(unit) > nalTypes.idr
    if (!isSmall || aggregatedBytes([...together, unit]) > mostPayloadBytes) flush()
    if (isSmall && unit.length + 3 <= mostPayloadBytes) together.push(unit)
    else if (unit.length <= mostPayloadBytes) payloads.push(unit)
    else payloads.push(...fragments(unit))
  }
  flush()
  return payloads
}

function aggregatedBytes(units: readonly Buffer[]): number {
  return units.reduce((sum, { length }) => sum + 2 + length, 1)
}

function aggregated(units: readonly Buffer[]): Buffer {
  const reference = Math.max(...units.map(unit => unit[0]! & 0x60))
  const lengths = units.map(({ length }) => Buffer.of(length >> 8, length & 0xff))
  return Buffer.concat([Buffer.of(reference | stapA), ...units.flatMap((unit, index) => [lengths[index]!, unit])])
}

function fragments(unit: Buffer): Buffer[] {
  const [head, body] = [unit[0]!, unit.subarray(1)]
  const pieces = evenly(body, mostPayloadBytes - 2)
  return pieces.map((piece, index) => {
    const edge = (index === 0 ? 0x80 : 0) | (index === pieces.length - 1 ? 0x40 : 0)
    return Buffer.concat([Buffer.of((head & 0xe0) | fuA, edge | (head & 0x1f)), piece])
  })
}

/** VP8 (RFC 7741), with picture numbers of 15 bits. */
export function packetiseVp8(picture: Buffer, { number }: PacketiserState): Buffer[] {
  return evenly(picture, mostPayloadBytes - 4).map((piece, index) => {
    const isFirst = index === 0
    const head = Buffer.of(0x80 | (isFirst ? 0x10 : 0), 0x80, 0x80 | ((number >> 8) & 0x7f), number & 0xff)
    return Buffer.concat([head, piece])
  })
}

/** VP9 (RFC 9628), one layer, with picture numbers of 15 bits. */
export function packetiseVp9(picture: Buffer, { isKey, number }: PacketiserState): Buffer[] {
  const pieces = evenly(picture, mostPayloadBytes - 3)
  return pieces.map((piece, index) => {
    const edge = (index === 0 ? 0x08 : 0) | (index === pieces.length - 1 ? 0x04 : 0)
    const head = Buffer.of(0x80 | (isKey ? 0 : 0x40) | edge, 0x80 | ((number >> 8) & 0x7f), number & 0xff)
    return Buffer.concat([head, piece])
  })
}

/** Kinds of AV1's units (AV1 §6.2.2) that have no place on the wire. */
const av1 = { delimiter: 2, tileList: 8, padding: 15 } as const
const dropped: ReadonlySet<number> = new Set(Object.values(av1))

/**
 * AV1 (RTP Payload Format For AV1 1.0): units one behind the other, each with its length, cut where a packet ends. Receivers
 * take a packet that begins with a new unit for a picture's first: but for that one, all begin within a unit.
 */
export function packetiseAv1(picture: Buffer, { isKey }: PacketiserState): Buffer[] {
  const payloads: Buffer[] = []
  let parts: Buffer[] = []
  let free = mostPayloadBytes - 1
  let isInside = false
  const flush = (goesOn: boolean) => {
    const isNewSequence = isKey && payloads.length === 0
    payloads.push(
      Buffer.concat([Buffer.of((isInside ? 0x80 : 0) | (goesOn ? 0x40 : 0) | (isNewSequence ? 0x08 : 0)), ...parts])
    )
    parts = []
    free = mostPayloadBytes - 1
    isInside = goesOn
  }
  const units = av1Units(picture)
  units.forEach((unit, index) => {
    for (let rest = unit; rest.length > 0; ) {
      const room = free - 2
      const isEnd = rest.length <= room
      const isTight = isEnd && index < units.length - 1 && room - rest.length < 4 && rest.length > 1
      const bytes = isTight ? rest.length - 1 : Math.min(rest.length, room)
      const length = bytes < 0x80 ? Buffer.of(bytes) : Buffer.of((bytes & 0x7f) | 0x80, bytes >> 7)
      parts.push(length, rest.subarray(0, bytes))
      free -= length.length + bytes
      rest = rest.subarray(bytes)
      if (rest.length > 0) flush(true)
    }
  })
  if (parts.length > 0) flush(false)
  return payloads
}

/** Units of the low-overhead format (AV1 §5.2), with the field for their length taken out. */
function av1Units(picture: Buffer): Buffer[] {
  const units: Buffer[] = []
  for (let at = 0; at < picture.length; ) {
    const head = picture[at]!
    const headBytes = head & 0x04 ? 2 : 1
    let start = at + headBytes
    let length = picture.length - start
    if (head & 0x02) {
      length = 0
      for (let shift = 0; shift < 35 && start < picture.length; shift += 7) {
        const byte = picture[start++]!
        length += (byte & 0x7f) * 2 ** shift
        if (byte < 0x80) break
      }
    }
    const end = Math.min(picture.length, start + length)
    const bare = Buffer.from(picture.subarray(at, at + headBytes))
    bare[0] = head & 0xfd
    if (!dropped.has((head >> 3) & 0x0f)) units.push(Buffer.concat([bare, picture.subarray(start, end)]))
    at = end
  }
  return units
}

/** In pieces of about one size: a last one of a few bytes is as easily lost as any. */
function evenly(bytes: Buffer, most: number): Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / most))
  const size = Math.ceil(bytes.length / count)
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
}
