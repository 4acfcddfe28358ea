import { nalType, nalTypes, nalUnits } from './h264-units.ts'

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

/** In pieces of about one size: a last one of a few bytes is as easily lost as any. */
function evenly(bytes: Buffer, most: number): Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / most))
  const size = Math.ceil(bytes.length / count)
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
}
