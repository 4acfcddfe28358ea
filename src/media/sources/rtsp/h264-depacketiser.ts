import { saysRecoveryPoint } from '../../recovery-point.ts'
import { type CameraDepacketiser, type EncodedPicture, NalCollector, type UnitKind } from './depacketiser.ts'

const sliceIdr = 5
const information = 6
const sequenceParameters = 7
const stapA = 24
const fuA = 28

/** H.264 over RTP (RFC 6184), single-unit and non-interleaved mode. */
export class H264Depacketiser implements CameraDepacketiser {
  readonly #collector = new NalCollector()

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
    const kind = kindOf(isFirst ? Buffer.concat([head, payload.subarray(2)]) : head)
    this.#collector.fragment(head, payload.subarray(2), { isFirst, isLast: (header & 0x40) !== 0, ...kind })
  }
}

/** Of a unit, or of its first fragment. A slice that begins with block 0 has its second byte's first bit set (§7.3.3). */
function kindOf(unit: Buffer): UnitKind {
  const type = unit[0]! & 0x1f
  const isSlice = type >= 1 && type <= sliceIdr
  const isKey = type === sliceIdr || type === sequenceParameters || (type === information && saysRecoveryPoint(unit))
  return { isSlice, isKey, isFirstSlice: isSlice && (unit[1] ?? 0) >= 0x80 }
}
