import type { StateMessage } from '../contract/live.ts'

/** How a relayed picture is encoded. */
export interface RelayedFormat {
  readonly codec: 'h264' | 'hevc' | 'mjpeg' | 'mpeg4' | 'vp8' | 'vp9' | 'av1' | 'png' | 'webp'
  /** Parameter sets as Annex B where they are not in the pictures, else empty. */
  readonly parameterSets: Buffer
  readonly width: number
  readonly height: number
  /** Why it is not as the source had it, where it is not. */
  readonly transcoded?: string
}

/** One encoded picture on its way to viewers. */
export interface RelayedUnit {
  /** Annex B for H.264 and H.265, else what the codec calls a frame. */
  readonly data: Buffer
  readonly isKey: boolean
  readonly epoch: number
  /** Media time in milliseconds, with fractions; of the same picture's boxes, rounded. */
  readonly ptsMs: number
  /** With the first unit, and where something changes: with a key frame. */
  readonly format?: RelayedFormat
}

/** A picture of a stream, ready to be shown. */
export interface RelayedPicture {
  readonly jpeg: Buffer
  readonly epoch: number
  readonly ptsMs: number
  readonly width: number
  readonly height: number
}

export interface PictureRequest {
  /** Draws the tracks' boxes. */
  readonly boxes: boolean
  /** Scaled down to this width, in pixels, where it is wider. */
  readonly maxWidth?: number
  /** At most so many a second. */
  readonly maxFps: number
}

/**
 * What viewers get of the streams, wherever those are hosted. Nothing crosses to here but while somebody takes it, and
 * whoever is slow misses pictures, up to the next key frame, rather than that anything waits for them.
 */
export interface StreamFeeds {
  /** Undefined for a stream that is not there. */
  state(stream: string): StateMessage | undefined
  states(): readonly StateMessage[]
  /**
   * From the next key frame on, over restarts of the source and of its worker, until `signal` is aborted or the stream
   * is removed. `playable`: what no browser plays (H.265, B-frames, others) comes as H.264.
   * @throws SL_STREAM_UNKNOWN, SL_VIEW_LIMIT where one more re-encoding is too many, also once it has turned out to be one
   */
  units(stream: string, options: { readonly playable: boolean }, signal: AbortSignal): AsyncGenerator<RelayedUnit>
  /** @throws SL_STREAM_UNKNOWN, SL_STREAM_DARK where there is no picture now, or none in 10 s */
  picture(stream: string, request: PictureRequest, signal: AbortSignal): Promise<RelayedPicture>
  /** The same as long as `signal` lets it, skipping what is not taken in time. @throws SL_STREAM_UNKNOWN */
  pictures(stream: string, request: PictureRequest, signal: AbortSignal): AsyncGenerator<RelayedPicture>
  /** A viewer cannot go on without a key frame: asks the source for one where it can be asked. */
  wantKey(stream: string): void
}

/** Takes pictures that somebody sends in, for a stream whose source is `push:`. */
export interface PushedPictures {
  /** @throws SL_STREAM_UNKNOWN, SL_PUSH_REFUSED for a stream with another source, SL_PUSH_TAKEN where another publisher is at it */
  open(stream: string, publisher: Publisher): PushedSession
}

export interface Publisher {
  /** For people: `WHIP from 192.168.1.7`. */
  readonly description: string
  /** Asks the sender for a key frame. */
  wantKey(): void
  /** The stream was removed or paused, or main stops: to be ended. */
  end(reason: string): void
}

export interface PushedSession extends Disposable {
  /**
   * Never waits: what the worker cannot take in time is left out up to the next key frame.
   * `sourceMs` is of the sender's clock, `rtpTimestamp` as it sent it. The first unit needs a format.
   */
  push(unit: {
    readonly data: Buffer
    readonly isKey: boolean
    readonly sourceMs: number
    readonly rtpTimestamp?: number
    readonly wallMs?: number
    readonly format?: { readonly codec: RelayedFormat['codec']; readonly parameterSets: Buffer }
  }): void
}
