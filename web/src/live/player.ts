import type { ClockMessage } from '../../../src/contract/live.ts'
import { ClosedWays } from './closed-ways.ts'
import { type FragmentViewing, viewFragments } from './fragment-player.ts'
import { type FrameTime, RtpClock } from './frame-clock.ts'
import { viewMotionJpeg } from './motion-jpeg.ts'
import { type Patience, patience } from './reconnect.ts'
import { ViewError } from './view-error.ts'
import { viewWhep, type WhepViewing } from './whep-player.ts'

/** How pictures come: the sooner in this list, the sooner they are here. `mjpeg` brings its boxes in the picture. */
export const ways = ['whep', 'fragments', 'mjpeg'] as const
export type Way = (typeof ways)[number]

/** What browsers say of a picture when it is shown, as far as they do. */
export interface ShownPicture {
  /** When it was handed to the screen, by `performance.now()`: what is drawn now appears with it. */
  readonly nowMs: number
  /** When it is seen. */
  readonly seenMs: number
  /** Undefined where nobody can tell which it is. */
  readonly time: FrameTime | undefined
  readonly receivedMs?: number
}

export interface LivePlayerOptions {
  readonly stream: string
  readonly video: HTMLVideoElement
  readonly picture: HTMLImageElement
  /** Where the server is; default: where the page is from. */
  readonly server?: string
  /** Default: all, the best first. */
  readonly ways?: readonly Way[]
  readonly wait?: Patience
  /** The clock of this session is needed from now on; undefined: of none. */
  onSession?(session: string | undefined): void
  /** Undefined: none at the moment, and why. */
  onWay?(way: Way | undefined, reason: string): void
  onShown?(shown: ShownPicture): void
}

/** What worked for so long does not count as failed: the next attempt follows soon. */
const steadyMs = 10_000
const closed = new ClosedWays<Way>()

/** Shows one stream by the best way that is open, and goes on trying until it is stopped. */
export class LivePlayer {
  readonly #options: LivePlayerOptions
  readonly #wait: Patience
  #running: AbortController | undefined
  #whep: { readonly viewing: WhepViewing; readonly clock: RtpClock } | undefined
  #fragments: FragmentViewing | undefined
  #endViewing: ((reason: string) => void) | undefined
  #targetMs = 0

  constructor(options: LivePlayerOptions) {
    this.#options = options
    this.#wait = options.wait ?? patience(1000, 15_000)
  }

  start(): void {
    if (this.#running) return
    this.#running = new AbortController()
    void this.#run(this.#running.signal)
    this.#watchPictures(this.#running.signal)
  }

  stop(): void {
    this.#running?.abort(new ViewError('It was stopped.'))
    this.#running = undefined
  }

  /** Begins anew, where pictures have stopped and nothing else says so. */
  restart(reason: string): void {
    this.#endViewing?.(reason)
  }

  /** How long pictures wait between their arrival and the screen. */
  hold(targetMs: number): void {
    this.#targetMs = targetMs
    this.#fragments?.hold(targetMs)
    const receiver = this.#whep?.viewing.receiver
    if (receiver && 'jitterBufferTarget' in receiver) receiver.jitterBufferTarget = Math.min(4000, targetMs)
  }

  clock(message: ClockMessage): void {
    if (message.session === this.#whep?.viewing.session) this.#whep.clock.tell(message)
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { onWay, ways: allowed = ways } = this.#options
    for (let failures = 0; !signal.aborted; ) {
      for (const way of closed.open(allowed, performance.now())) {
        const startedMs = performance.now()
        const failure = await this.#show(way, signal).catch((error: Error) => error)
        if (signal.aborted) return
        onWay?.(undefined, failure.message)
        if (performance.now() - startedMs > steadyMs) failures = 0
        const { isFinal, isClosed } = failure instanceof ViewError ? failure : new ViewError('')
        if (isClosed) closed.failed(way, performance.now())
        if (isFinal) break
      }
      failures++
      await pause(this.#wait(failures), signal)
    }
  }

  /** Resolves with why it ended, once it has begun: it may be tried again then. @throws what kept it from beginning */
  async #show(way: Way, signal: AbortSignal): Promise<Error> {
    const { stream, video, picture, server = location.origin, onWay, onSession } = this.#options
    const begun = () => {
      closed.worked(way)
      onWay?.(way, '')
    }
    const over = async (ended: Promise<string>) => new ViewError(await ended, { isFinal: true })
    const stopped = Promise.withResolvers<string>()
    signal.addEventListener('abort', () => stopped.resolve('It was stopped.'), { once: true })
    this.#endViewing = stopped.resolve
    const streamUrl = `${server}/api/v1/streams/${stream}`
    picture.hidden = way !== 'mjpeg'
    video.hidden = way === 'mjpeg'
    if (way === 'mjpeg') {
      using viewing = await viewMotionJpeg(`${streamUrl}/mjpeg?boxes=1&fps=10`, picture, signal)
      begun()
      return await over(Promise.race([viewing.ended, stopped.promise]))
    }
    if (way === 'fragments') {
      const viewing = await viewFragments(`${streamUrl.replace(/^http/, 'ws')}/video`, video, signal)
      this.#fragments = viewing
      try {
        viewing.hold(this.#targetMs)
        begun()
        return await over(Promise.race([viewing.ended, stopped.promise]))
      } finally {
        this.#fragments = undefined
        viewing.close()
      }
    }
    const viewing = await viewWhep(`${server}/whep/${stream}`, video, signal)
    this.#whep = { viewing, clock: new RtpClock() }
    try {
      onSession?.(viewing.session)
      this.hold(this.#targetMs)
      begun()
      return await over(Promise.race([viewing.ended, stopped.promise]))
    } finally {
      this.#whep = undefined
      onSession?.(undefined)
      viewing.close()
    }
  }

  /** Tells of each picture when it comes to the screen. */
  #watchPictures(signal: AbortSignal): void {
    const { video, onShown } = this.#options
    if (!onShown) return
    if (!('requestVideoFrameCallback' in video)) {
      const look = (nowMs: number) => {
        if (signal.aborted) return
        onShown({ nowMs, seenMs: nowMs, time: this.#timeOf(undefined) })
        requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
      return
    }
    const shown = (nowMs: number, metadata: VideoFrameCallbackMetadata) => {
      if (signal.aborted) return
      const { receiveTime, expectedDisplayTime } = metadata
      const time = this.#timeOf(metadata)
      onShown({
        nowMs,
        seenMs: expectedDisplayTime || nowMs,
        time,
        ...(receiveTime !== undefined && { receivedMs: receiveTime })
      })
      video.requestVideoFrameCallback(shown)
    }
    video.requestVideoFrameCallback(shown)
  }

  /** Browsers that leave `rtpTimestamp` out often say which picture they played last. */
  #timeOf(metadata: VideoFrameCallbackMetadata | undefined): FrameTime | undefined {
    if (this.#fragments) return this.#fragments.clock.at(metadata?.mediaTime ?? this.#options.video.currentTime)
    if (!this.#whep) return undefined
    const { viewing, clock } = this.#whep
    const rtpTimestamp = metadata?.rtpTimestamp ?? viewing.receiver.getSynchronizationSources()[0]?.rtpTimestamp
    return rtpTimestamp === undefined ? undefined : clock.at(rtpTimestamp)
  }
}

function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, waitMs)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
