import type { AccessUnit, SourceFormat } from '../../media/sources/source.ts'
import type { PacketChannel } from './packet-channel.ts'

/** A unit with the media time of its picture, and how it is encoded. */
export interface TimedUnit {
  readonly data: Buffer
  readonly isKey: boolean
  readonly mediaMs: number
  readonly format: SourceFormat
}

export interface RelayFacts {
  readonly epoch: number
  readonly width: number
  readonly height: number
  readonly transcoded: string | undefined
}

/** The way to main. */
type RelayChannel = Pick<PacketChannel, 'isFull' | 'send'>

/** Kept of the pictures since the last key frame, for who begins to watch. Raise it for cameras with rare key frames. */
const mostKept = 2 << 20

/**
 * A stream's encoded pictures on their way to main, while somebody watches. Who begins to watch gets what came since the
 * last key frame at once. When main does not keep up, everything up to the next key frame is left out.
 */
export class UnitRelay {
  readonly #channel: RelayChannel
  readonly #stream: string
  readonly #variant: 'source' | 'playable'
  #kept: TimedUnit[] = []
  #keptBytes = 0
  #isWatched = false
  #isSkipping = true
  #format: SourceFormat | undefined
  #facts: RelayFacts | undefined

  constructor(channel: RelayChannel, stream: string, variant: 'source' | 'playable') {
    this.#channel = channel
    this.#stream = stream
    this.#variant = variant
  }

  /** Known once the first picture is decoded; what is sent from then on says so. */
  set facts(facts: RelayFacts | undefined) {
    this.#facts = facts
    if (!facts) this.#forget()
    this.#begin()
  }

  watch(isWatched: boolean): void {
    if (isWatched === this.#isWatched) return
    this.#isWatched = isWatched
    this.#begin()
  }

  give(unit: Pick<AccessUnit, 'data' | 'isKey'>, mediaMs: number, format: SourceFormat): void {
    const timed = { data: unit.data, isKey: unit.isKey, mediaMs, format }
    if (unit.isKey) this.#forget()
    if (unit.isKey || this.#kept.length > 0) {
      this.#kept.push(timed)
      this.#keptBytes += unit.data.length
      if (this.#keptBytes > mostKept) this.#forget()
    }
    if (this.#isWatched) this.#send(timed)
  }

  /** With the last key frame, which some may have had already: they have to be told anew what it is. */
  #begin(): void {
    this.#isSkipping = true
    if (this.#isWatched) for (const unit of this.#kept) this.#send(unit)
  }

  #forget(): void {
    this.#kept = []
    this.#keptBytes = 0
  }

  #send({ data, isKey, mediaMs, format }: TimedUnit): void {
    const facts = this.#facts
    if (!facts) return
    if (this.#channel.isFull) this.#isSkipping = true
    if (this.#isSkipping && (!isKey || this.#channel.isFull)) return
    const isNews = this.#isSkipping || format !== this.#format
    this.#isSkipping = false
    this.#format = format
    const { epoch, width, height, transcoded } = facts
    this.#channel.send(
      {
        kind: 'unit',
        stream: this.#stream,
        variant: this.#variant,
        isKey,
        epoch,
        ptsMs: mediaMs,
        ...(isNews && {
          format: {
            codec: format.codec,
            parameterSets: format.parameterSets.toString('base64'),
            width,
            height,
            ...(transcoded !== undefined && { transcoded })
          }
        })
      },
      data
    )
  }
}
