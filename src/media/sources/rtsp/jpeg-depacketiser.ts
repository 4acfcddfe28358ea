import type { CameraDepacketiser, EncodedPicture } from './depacketiser.ts'
import { mostPictureBytes } from './depacketiser.ts'
import { jpegHead, standardTables } from './jpeg-head.ts'

const headBytes = 8
const endOfImage = Buffer.from([0xff, 0xd9])
const tableBytes = 64
/** RFC 2435 §3.1.8: of these qualities the tables are sent at least once. */
const [firstSentQuality, changingQuality] = [128, 255]

interface Scan {
  readonly timestamp: number
  readonly head: Buffer
  readonly parts: Buffer[]
  bytes: number
}

/** Motion JPEG over RTP (RFC 2435): the headers that it leaves out are made again. */
export class JpegDepacketiser implements CameraDepacketiser {
  #scan: Scan | undefined
  /** Time of the last picture that had a hole. */
  #holed: number | undefined
  lostKeys = 0
  /** Quantisation tables by quality: a sender may send them with its first picture alone. */
  readonly #tables = new Map<number, Buffer>()

  take(payload: Buffer, timestamp: number, marker: boolean): readonly EncodedPicture[] {
    if (payload.length < headBytes) return []
    const offset = payload.readUIntBE(1, 3)
    const type = payload[4]!
    const quality = payload[5]!
    let at = headBytes
    let restartInterval = 0
    if (type >= 64) {
      if (payload.length < at + 4) return []
      restartInterval = payload.readUInt16BE(at)
      at += 4
    }
    if (offset === 0) {
      this.#scan = undefined
      const [width, height] = [payload[6]! * 8, payload[7]! * 8]
      let tables: Buffer | undefined
      if (quality >= firstSentQuality) {
        if (payload.length < at + 4) return []
        const length = payload.readUInt16BE(at + 2)
        tables = this.#sent(quality, payload.subarray(at + 4, at + 4 + length), length)
        at += 4 + length
      } else tables = standardTables(quality)
      // Other types are not defined; sizes of 0 are beyond what the format can say.
      if (!tables || (type & 63) > 1 || width === 0 || height === 0) return []
      const head = jpegHead({ width, height, type: type & 63, tables, restartInterval })
      this.#scan = { timestamp, head, parts: [], bytes: 0 }
    }
    const scan = this.#scan
    if (!scan || scan.timestamp !== timestamp || scan.bytes !== offset || offset > mostPictureBytes) {
      this.#lose(timestamp)
      return []
    }
    const part = payload.subarray(at)
    scan.parts.push(part)
    scan.bytes += part.length
    if (!marker) return []
    this.#scan = undefined
    return [{ data: Buffer.concat([scan.head, ...scan.parts, endOfImage]), isKey: true, timestamp }]
  }

  lose(): void {
    if (this.#scan) this.#lose(this.#scan.timestamp)
  }

  #lose(timestamp: number): void {
    this.#scan = undefined
    if (timestamp !== this.#holed) this.lostKeys++
    this.#holed = timestamp
  }

  /** Both tables; where one was sent, it counts for brightness and colours. */
  #sent(quality: number, bytes: Buffer, length: number): Buffer | undefined {
    if (length === 0) return this.#tables.get(quality)
    if (bytes.length < length || length < tableBytes) return undefined
    const tables = Buffer.concat(length >= 2 * tableBytes ? [bytes] : [bytes, bytes], 2 * tableBytes)
    if (quality < changingQuality) this.#tables.set(quality, tables)
    return tables
  }
}
