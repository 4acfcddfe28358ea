import { SightlineError } from '../../../core/errors.ts'
import { type CameraDepacketiser, type EncodedPicture, mostPictureBytes } from './depacketiser.ts'

const startCodePrefix = Buffer.from([0, 0, 1])
/** ISO/IEC 14496-2, 6.2.1: what is behind it begins with two bits that are 0 for a picture that needs no other. */
const pictureCode = 0xb6

interface UnderWay {
  readonly timestamp: number
  readonly parts: Buffer[]
  bytes: number
}

/** MPEG-4 Visual over RTP (RFC 6416 §5): a picture is what comes up to the marker. */
export class Mpeg4Depacketiser implements CameraDepacketiser {
  #picture: UnderWay | undefined
  lostKeys = 0

  take(payload: Buffer, timestamp: number, marker: boolean): readonly EncodedPicture[] {
    const isNew = this.#picture?.timestamp !== timestamp
    // Where the marker was lost, the next picture tells that this one is over.
    const before = isNew ? this.#finish() : []
    // The rest of a picture whose beginning was lost begins with no start code.
    if (isNew && payload.indexOf(startCodePrefix) === 0) this.#picture = { timestamp, parts: [], bytes: 0 }
    const picture = this.#picture
    if (picture) {
      picture.parts.push(payload)
      picture.bytes += payload.length
      if (picture.bytes > mostPictureBytes)
        throw new SightlineError('SL_INPUT_DAMAGED', `a picture has more than ${mostPictureBytes} bytes`, {
          retryable: true
        })
    }
    const after = marker ? this.#finish() : []
    return [...before, ...after]
  }

  lose(): void {
    if (this.#finish().some(({ isKey }) => isKey)) this.lostKeys++
  }

  #finish(): EncodedPicture[] {
    const picture = this.#picture
    this.#picture = undefined
    return picture ? [...picturesIn(Buffer.concat(picture.parts, picture.bytes), picture.timestamp)] : []
  }
}

/** Small pictures may share a packet, which then says the time of the first alone. Each has its heads before it. */
function* picturesIn(data: Buffer, timestamp: number): Generator<EncodedPicture> {
  let start = 0
  let isKey: boolean | undefined
  for (let at = data.indexOf(startCodePrefix); at >= 0; at = data.indexOf(startCodePrefix, at + 1)) {
    if (isKey !== undefined) {
      yield { data: data.subarray(start, at), isKey, timestamp }
      start = at
      isKey = undefined
    }
    if (data[at + 3] === pictureCode && at + 4 < data.length) isKey = data[at + 4]! < 0x40
  }
  // Heads alone are no picture; the description has them as well.
  if (isKey !== undefined) yield { data: data.subarray(start), isKey, timestamp }
}
