import { SightlineError } from '../../../core/errors.ts'

/** A picture, put together from RTP payloads. */
export interface EncodedPicture {
  readonly data: Buffer
  readonly isKey: boolean
  /** RTP's own, 32 bits. */
  readonly timestamp: number
}

/** Puts pictures together from payloads that come in order. Pure. */
export interface Depacketiser {
  /** Pictures that are complete now. @throws SL_INPUT_DAMAGED for a picture beyond all measure */
  take(payload: Buffer, timestamp: number, marker: boolean): readonly EncodedPicture[]
  /** Packets before the next one were lost: the picture under way has a hole. */
  lose(): void
}

/** One of a camera's pictures, which come over ways that nobody can be asked on for what is missing. */
export interface CameraDepacketiser extends Depacketiser {
  /** Key frames that were left out because they had a hole. */
  readonly lostKeys: number
  /** Gives pictures with a hole, too, from now on: up to it, they are as they were. */
  showHoles?(): void
}

/** What a NAL unit is to the picture that it belongs to. */
export interface UnitKind {
  readonly isSlice: boolean
  readonly isKey: boolean
  /** Whether a slice is its picture's first. */
  readonly isFirstSlice: boolean
}

export const startCode = Buffer.from([0, 0, 0, 1])

/** An 8K key frame at the highest rates has about 4 MB. */
export const mostPictureBytes = 16 << 20

/**
 * Collects the NAL units of one picture after another. A picture with a hole in it is left out. Parameter sets that
 * were sent as if they were a picture of their own go with the one behind them.
 */
export class NalCollector {
  #parts: Buffer[] = []
  #bytes = 0
  #timestamp: number | undefined
  #isKey = false
  #hasSlice = false
  #hasHole = false
  /** Packets were lost before the first one of this picture: whether they were its own, its first slice tells. */
  #isAfterGap = false
  /** True from a fragmented unit's first packet to its last. */
  #isInside = false
  /** Key frames that had a hole. */
  lostKeys = 0
  givesHoled = false

  /** Ends the picture before, where a new one begins. */
  begin(timestamp: number): EncodedPicture | undefined {
    if (this.#timestamp === timestamp) return undefined
    const before = this.#hasSlice || this.#hasHole || this.#isInside ? this.finish() : undefined
    this.#timestamp = timestamp
    return before
  }

  unit(bytes: Buffer, kind: UnitKind): void {
    this.#isInside = false
    this.#start(kind)
    this.#add(startCode, bytes)
  }

  fragment(head: Buffer, bytes: Buffer, part: FragmentPart): void {
    if (part.isFirst) {
      this.#isInside = true
      this.#start(part)
      this.#add(startCode, head, bytes)
    } else if (this.#isInside) {
      this.#start(part)
      this.#add(bytes)
    } else {
      this.#hasHole = true
      this.#isKey ||= part.isKey
    }
    if (part.isLast) this.#isInside = false
  }

  lose(): void {
    if (this.#hasSlice || this.#isInside) this.#hasHole = true
    else this.#isAfterGap = true
    this.#isInside = false
  }

  get hasSlice(): boolean {
    return this.#hasSlice
  }

  /** The picture under way, where it is whole or may have a hole. */
  finish(): EncodedPicture | undefined {
    const isWhole = this.#hasSlice && !this.#hasHole && !this.#isInside
    if (this.#isKey && !isWhole) this.lostKeys++
    const isGiven = isWhole || (this.givesHoled && this.#hasSlice)
    const picture =
      isGiven && this.#timestamp !== undefined
        ? { data: Buffer.concat(this.#parts, this.#bytes), isKey: this.#isKey, timestamp: this.#timestamp }
        : undefined
    this.#parts = []
    this.#bytes = 0
    this.#timestamp = undefined
    this.#isKey = this.#hasSlice = this.#isInside = false
    // What was lost at the end of a picture may have been the beginning of the next.
    this.#isAfterGap = this.#hasHole
    this.#hasHole = false
    return picture
  }

  #start({ isSlice, isKey, isFirstSlice }: UnitKind): void {
    if (isSlice && this.#isAfterGap) {
      this.#isAfterGap = false
      if (!isFirstSlice) this.#hasHole = true
    }
    this.#hasSlice ||= isSlice
    this.#isKey ||= isKey
  }

  #add(...parts: Buffer[]): void {
    for (const part of parts) this.#bytes += part.length
    if (this.#bytes > mostPictureBytes) {
      throw new SightlineError('SL_INPUT_DAMAGED', `a picture has more than ${mostPictureBytes} bytes`, {
        retryable: true
      })
    }
    this.#parts.push(...parts)
  }
}

export interface FragmentPart extends UnitKind {
  readonly isFirst: boolean
  readonly isLast: boolean
}
