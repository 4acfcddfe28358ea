import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import type { FragmentMuxer } from '../../media/fragments.ts'
import type { PictureRequest, RelayedPicture, StreamFeeds } from '../stream-feed.ts'
import { refuseView, type ViewerSocket, viewFragments } from './fragment-socket.ts'
import { multipart, multipartType, pictureHeaders, takenInTime } from './mjpeg.ts'
import { SharedPictures } from './shared-pictures.ts'

export interface StreamViewsOptions {
  readonly feeds: StreamFeeds
  /** `() => new FragmentMuxer()`. */
  readonly createMuxer: () => Pick<FragmentMuxer, 'mux'>
  /** Viewers at once, of fragments and of motion JPEG together. Default 500. Each has its connection and up to 4 MB that wait. */
  readonly mostViewers?: number
  /** A viewer of fragments was told why there is nothing to see. */
  readonly onRefused?: (code: ErrorCode) => void
}

export interface StreamViewsCounters {
  /** Of fragments, now. */
  readonly videoViewers: number
  /** Of motion JPEG, now. */
  readonly pictureViewers: number
  /** Streams of pictures that are made for them. */
  readonly pictureKinds: number
  /** Pictures that viewers of fragments did not get because they were slow, since the start. */
  readonly skippedUnits: number
}

/** The ways to see a stream that need no more than HTTP: fragments on a WebSocket, motion JPEG, single pictures. */
export class StreamViews {
  readonly multipartType = multipartType
  readonly #options: StreamViewsOptions
  readonly #pictures: SharedPictures
  #videoViewers = 0
  #pictureViewers = 0
  #skippedUnits = 0

  constructor(options: StreamViewsOptions) {
    this.#options = options
    this.#pictures = new SharedPictures(options.feeds)
  }

  get counters(): StreamViewsCounters {
    return {
      videoViewers: this.#videoViewers,
      pictureViewers: this.#pictureViewers,
      pictureKinds: this.#pictures.size,
      skippedUnits: this.#skippedUnits
    }
  }

  /**
   * Whether there is such a stream and room for one more viewer, of such pictures where it wants pictures.
   * @throws SL_STREAM_UNKNOWN, SL_VIEW_LIMIT
   */
  admit(stream: string, pictures?: PictureRequest): void {
    const { feeds, mostViewers = 500 } = this.#options
    if (!feeds.state(stream)) throw new SightlineError('SL_STREAM_UNKNOWN', 'There is no such stream.')
    if (this.#videoViewers + this.#pictureViewers >= mostViewers)
      throw new SightlineError('SL_VIEW_LIMIT', `${mostViewers} viewers are here, and no more can be served.`, {
        retryable: true
      })
    if (pictures) this.#pictures.admit(stream, pictures)
  }

  /** Sends fragments until the stream or the connection, by `signal`, is gone; or says why not. Never throws. */
  async video(stream: string, socket: ViewerSocket, signal: AbortSignal): Promise<void> {
    const { feeds, createMuxer, onRefused: refused } = this.#options
    const skipped = () => void this.#skippedUnits++
    try {
      this.admit(stream)
    } catch (error) {
      refuseView({ socket, refused }, error)
      return
    }
    this.#videoViewers++
    try {
      await viewFragments({ stream, socket, feeds, muxer: createMuxer(), signal, skipped, refused })
    } finally {
      this.#videoViewers--
    }
  }

  /** The body of a response of `multipartType`. Ends with the stream or `signal`; calls `giveUp` where nobody takes it for 10 s. */
  async *mjpeg(
    stream: string,
    request: PictureRequest,
    signal: AbortSignal,
    giveUp: () => void
  ): AsyncGenerator<Buffer> {
    this.#pictureViewers++
    try {
      yield* takenInTime(multipart(this.#pictures.pictures(stream, request, signal)), giveUp)
    } finally {
      this.#pictureViewers--
    }
  }

  /** With what says in the response's header which picture it is. @throws SL_STREAM_UNKNOWN, SL_STREAM_DARK, SL_VIEW_LIMIT */
  async snapshot(
    stream: string,
    request: PictureRequest
  ): Promise<{ readonly picture: RelayedPicture; readonly headers: Readonly<Record<string, string>> }> {
    const picture = await this.#pictures.picture(stream, request)
    return { picture, headers: pictureHeaders(picture) }
  }
}
