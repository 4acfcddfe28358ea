import { markedUnits } from '../../nal-units.ts'
import { saysRecoveryPoint } from '../../recovery-point.ts'
import { type CameraDepacketiser, type EncodedPicture, NalCollector, type UnitKind } from './depacketiser.ts'

const sliceIdr = 5
const information = 6
const sequenceParameters = 7
const stapA = 24
const fuA = 28
/** A start code, and the first of the two bytes that tell what it begins. */
const cutOffBytes = 4

/** H.264 over RTP (RFC 6184), single-unit and non-interleaved mode. */
export class H264Depacketiser implements CameraDepacketiser {
  readonly #collector = new NalCollector()
  /** The end of the last fragment of sequence parameters, where the next one may go on with a start code. */
  #before: Buffer = Buffer.alloc(0)

  get lostKeys(): number {
    return this.#collector.lostKeys
  }

  showHoles(): void {
    this.#collector.givesHoled = true
  }

  take(payload: Buffer, timestamp: number, marker: boolean): readonly EncodedPicture[] {
    if (payload.length === 0) return []
    const before = this.#collector.begin(timestamp)
    const type = payload[0]! & 0x1f
    if (type >= 1 && type < stapA) this.#collector.unit(payload, kindOf(payload))
    else if (type === stapA) this.#aggregate(payload)
    else if (type === fuA && payload.length > 2) this.#fragment(payload)
    // Some cameras mark their parameter sets too: the picture is what ends with a slice.
    const after = marker && this.#collector.hasSlice ? this.#collector.finish() : undefined
    return [before, after].filter(picture => picture !== undefined)
  }

  lose(): void {
    this.#collector.lose()
  }

  #aggregate(payload: Buffer): void {
    for (let at = 1; at + 2 < payload.length; ) {
      const length = payload.readUInt16BE(at)
      const unit = payload.subarray(at + 2, at + 2 + length)
      if (length === 0 || unit.length < length) return
      this.#collector.unit(unit, kindOf(unit))
      at += 2 + length
    }
  }

  #fragment(payload: Buffer): void {
    const [indicator, header] = [payload[0]!, payload[1]!]
    const head = Buffer.of((indicator & 0xe0) | (header & 0x1f))
    const isFirst = (header & 0x80) !== 0
    const body = payload.subarray(2)
    let known = isFirst ? Buffer.concat([head, body]) : head
    if ((header & 0x1f) === sequenceParameters) {
      if (!isFirst) known = Buffer.concat([head, this.#before, body])
      this.#before = Buffer.from(known.subarray(-cutOffBytes))
    }
    this.#collector.fragment(head, body, { isFirst, isLast: (header & 0x40) !== 0, ...kindOf(known) })
  }
}

/** Of a unit, or what is known of one. A slice that begins with block 0 has its second byte's first bit set (§7.3.3). */
function kindOf(unit: Buffer): UnitKind {
  const type = unit[0]! & 0x1f
  const isSlice = type >= 1 && type <= sliceIdr
  const isKey = type === sliceIdr || type === sequenceParameters || (type === information && saysRecoveryPoint(unit))
  const kind = { isSlice, isKey, isFirstSlice: isSlice && (unit[1] ?? 0) >= 0x80 }
  return type === sequenceParameters ? (sliceWithin(unit) ?? kind) : kind
}

/**
 * Some cameras send sequence parameters and all that follows them as one unit, with the start codes between them, which no unit
 * holds. Such a unit is what its first slice is.
 */
function sliceWithin(parameters: Buffer): UnitKind | undefined {
  for (const at of markedUnits(parameters)) {
    const type = parameters[at]! & 0x1f
    const next = parameters[at + 1]
    if (next !== undefined && type >= 1 && type <= sliceIdr)
      return { isSlice: true, isKey: true, isFirstSlice: next >= 0x80 }
  }
  return undefined
}
