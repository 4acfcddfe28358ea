import { type CameraDepacketiser, type EncodedPicture, NalCollector, type UnitKind } from './depacketiser.ts'

const aggregation = 48
const fragmentation = 49
/** Video and sequence parameters: picture parameters may come with every picture. */
const [firstParameters, lastParameters] = [32, 33]
/** Pictures that decoding can begin at. */
const [firstAccessPoint, lastAccessPoint] = [16, 23]
const lastSlice = 31

/** H.265 over RTP (RFC 7798), without decoding order numbers. */
export class H265Depacketiser implements CameraDepacketiser {
  readonly #collector = new NalCollector()

  get lostKeys(): number {
    return this.#collector.lostKeys
  }

  showHoles(): void {
    this.#collector.givesHoled = true
  }

  take(payload: Buffer, timestamp: number, marker: boolean): readonly EncodedPicture[] {
    if (payload.length < 3) return []
    const before = this.#collector.begin(timestamp)
    const type = typeOf(payload)
    if (type === aggregation) this.#aggregate(payload)
    else if (type === fragmentation) this.#fragment(payload)
    else if (type < aggregation) this.#collector.unit(payload, kindOf(type, payload[2]))
    const after = marker && this.#collector.hasSlice ? this.#collector.finish() : undefined
    return [before, after].filter(picture => picture !== undefined)
  }

  lose(): void {
    this.#collector.lose()
  }

  #aggregate(payload: Buffer): void {
    for (let at = 2; at + 2 < payload.length; ) {
      const length = payload.readUInt16BE(at)
      const unit = payload.subarray(at + 2, at + 2 + length)
      if (length < 2 || unit.length < length) return
      this.#collector.unit(unit, kindOf(typeOf(unit), unit[2]))
      at += 2 + length
    }
  }

  #fragment(payload: Buffer): void {
    const header = payload[2]!
    const type = header & 0x3f
    const head = Buffer.of((payload[0]! & 0x81) | (type << 1), payload[1]!)
    const part = { isFirst: (header & 0x80) !== 0, isLast: (header & 0x40) !== 0, ...kindOf(type, payload[3]) }
    this.#collector.fragment(head, payload.subarray(3), part)
  }
}

function typeOf(unit: Buffer): number {
  return (unit[0]! >> 1) & 0x3f
}

/** `next`: the byte behind the unit's head, which begins with `first_slice_segment_in_pic_flag` (§7.3.6.1). */
function kindOf(type: number, next = 0): UnitKind {
  const isSlice = type <= lastSlice
  const isAccessPoint = type >= firstAccessPoint && type <= lastAccessPoint
  const isKey = isAccessPoint || (type >= firstParameters && type <= lastParameters)
  return { isSlice, isKey, isFirstSlice: isSlice && next >= 0x80 }
}
