import { SightlineError } from '../../core/errors.ts'
import { type EncodedPicture, mostPictureBytes } from '../../media/sources/rtsp/depacketiser.ts'

/** Collects the parts of one picture after another, for codecs whose pictures are just cut up. Leaves out those with a hole. */
export class PictureParts {
  #parts: Buffer[] = []
  #bytes = 0
  #timestamp: number | undefined
  #isKey = false
  #isWhole = false

  /** Ends the picture before, where its last packet was not marked. */
  begin(timestamp: number): EncodedPicture | undefined {
    if (this.#timestamp === timestamp) return undefined
    const before = this.finish()
    this.#timestamp = timestamp
    return before
  }

  /** `isFirst`: with this the picture begins. @throws SL_INPUT_DAMAGED for a picture beyond all measure */
  add(part: Buffer, isFirst: boolean, isKey: boolean): void {
    if (isFirst && this.#parts.length === 0) {
      this.#isWhole = true
      this.#isKey = isKey
    }
    this.#parts.push(part)
    this.#bytes += part.length
    if (this.#bytes > mostPictureBytes)
      throw new SightlineError('SL_INPUT_DAMAGED', `a picture has more than ${mostPictureBytes} bytes`)
  }

  lose(): void {
    this.#isWhole = false
  }

  /** The picture under way, where it is whole. */
  finish(): EncodedPicture | undefined {
    const { data, isKey } = { data: Buffer.concat(this.#parts, this.#bytes), isKey: this.#isKey }
    const timestamp = this.#timestamp
    const isWhole = this.#isWhole
    this.#parts = []
    this.#bytes = 0
    this.#timestamp = undefined
    this.#isWhole = this.#isKey = false
    return isWhole && timestamp !== undefined ? { data, isKey, timestamp } : undefined
  }
}
