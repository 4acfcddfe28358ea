import type { StreamFigures } from '../../api/metrics.ts'
import { differInLook } from '../../config/stream-settings.ts'
import type { StateMessage } from '../../contract/live.ts'
import type { Logger } from '../../core/log.ts'
import { toldMessage } from '../../core/told-message.ts'
import type { EpochDesk } from '../../events/epoch-desk.ts'
import type { EventLog } from '../../events/event-log.ts'
import type { LivePicture } from '../../media/live-picture.ts'
import type { SourceConnection, VideoSource } from '../../media/sources/source.ts'
import { WallClock } from '../../media/wall-clock.ts'
import type { FirstLooks } from '../../pipeline/first-looks.ts'
import { persist } from '../../pipeline/persistence.ts'
import type { DurationSink } from '../../pipeline/stage-clock.ts'
import type { FrameTraces } from './frame-traces.ts'
import { MainStream } from './main-stream.ts'
import type { PacketChannel } from './packet-channel.ts'
import type { PicturePost } from './picture-post.ts'
import { RecordOutlet } from './record-outlet.ts'
import { asError, SourceSession } from './source-session.ts'
import { StreamCounts } from './stream-counts.ts'
import type { StreamDetectors } from './stream-detectors.ts'
import type { StreamEmbedders } from './stream-embedders.ts'
import { StreamEpoch } from './stream-epoch.ts'
import { StreamLook } from './stream-look.ts'
import { type StateChange, stateOf, untilLater } from './stream-state.ts'
import { StreamViewers } from './stream-viewers.ts'
import { TrackPictures } from './track-pictures.ts'
import type { StreamTask } from './worker-messages.ts'

export interface HostParts {
  readonly detectors: StreamDetectors
  readonly embedders: StreamEmbedders
  readonly log: EventLog
  readonly epochs: EpochDesk
  readonly channel: PacketChannel
  readonly logger: Logger
  readonly maxFps: number | undefined
  readonly looks: FirstLooks
  /** Where the pictures of its tracks go; undefined where none are kept. */
  readonly post: PicturePost | undefined
  /** The source of an address of the stream's. @throws SL_OPTION_INVALID, SL_INPUT_REFUSED */
  readonly open: (task: StreamTask, address: string) => VideoSource
  /** Around each call into native code. */
  readonly crumb: (place: number, isInside: boolean) => void
  readonly onState: (state: StateMessage) => void
  /** Follows some of its frames; left out where none are. */
  readonly follow?: ((stream: string, durations: DurationSink) => FrameTraces) | undefined
}

/** One stream in its worker: connects, and connects again, until it is told to end. */
export class HostedStream {
  #task: StreamTask
  readonly viewers: StreamViewers
  readonly #parts: HostParts
  readonly #stopping = new AbortController()
  readonly #outlet: RecordOutlet
  readonly #pictures: TrackPictures | undefined
  readonly #counts = new StreamCounts()
  readonly #traces: FrameTraces | undefined
  readonly #clock = new WallClock()
  readonly #running: Promise<void>
  readonly #look: StreamLook
  #connection: SourceConnection | undefined
  #playing: SourceSession | undefined
  /** Asked for before its first picture is there: with those of all others that are hosted together. */
  #firstEpoch: Promise<number> | undefined
  #hasConnected: boolean
  #wasUp: boolean
  /** What is said of it while it is up. */
  #up: StateChange | undefined

  constructor(task: StreamTask, parts: HostParts) {
    this.#task = task
    this.#parts = parts
    this.#look = new StreamLook(task.name, parts.detectors, parts.logger)
    this.#outlet = new RecordOutlet(parts.log)
    this.#traces = parts.follow?.(task.name, this.#counts)
    this.#pictures = parts.post && new TrackPictures(task.name, parts.post, this.#outlet)
    const { detectSource, source } = task.settings
    this.viewers = new StreamViewers(
      parts.channel,
      task.name,
      detectSource === undefined
        ? undefined
        : options => new MainStream({ ...options, source: parts.open(task, source), log: parts.logger })
    )
    this.#wasUp = this.#hasConnected = task.isBack
    if (!task.settings.paused) {
      this.#firstEpoch = parts.epochs.next(task.name, task.atLeast)
      this.#firstEpoch.catch(() => undefined) // Told when it is needed.
    }
    this.#running = this.#run()
  }

  get task(): StreamTask {
    return this.#task
  }

  /**
   * Something else is measured from the next frame on, and something else looks at it as soon as that has been opened; if it cannot
   * be, what looks at it now goes on, and its state says why. False where nothing looks at it yet.
   * @param isLookAnew what is called as it was is another model by now
   */
  change(task: StreamTask, isLookAnew = false): boolean {
    const epoch = this.#playing?.epoch
    if (!epoch) return false
    const isOtherLook = isLookAnew || differInLook(this.#task.settings, task.settings)
    this.#task = task
    const goesOn = epoch.change(task.settings)
    if (isOtherLook)
      this.#change(task, goesOn).catch(error => {
        this.#parts.logger.error({ stream: task.name, err: error }, 'what looks at a stream could not be changed')
      })
    else if (goesOn) this.#tellAgain(epoch)
    else this.#playing?.beginAnew()
    return true
  }

  async #change({ settings }: StreamTask, goesOn: boolean): Promise<void> {
    const how = await this.#look.change(settings, () => this.#playing?.epoch)
    const epoch = this.#playing?.epoch
    if (how === 'anew' || !goesOn) this.#playing?.beginAnew()
    else if (epoch) this.#tellAgain(epoch)
  }

  #tellAgain({ detection }: StreamEpoch): void {
    if (!this.#up) return
    this.#up = { ...this.#up, notice: undefined, ...detection }
    this.#state(this.#up)
  }

  get figures(): StreamFigures {
    const open = this.#connection?.counters ?? { bytes: 0, lostPackets: 0, droppedUnits: 0 }
    return this.#counts.snapshot({ open, lostRecords: this.#outlet.lost, waiting: this.#playing?.waiting ?? 0 })
  }

  /** Ends its tracks; everything it found is in the log when this returns. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    // Also of one that was paused or given up, and watched since.
    await this.viewers.stop()
    await this.#look[Symbol.asyncDispose]()
  }

  async #run(): Promise<void> {
    const { paused, retries, retryDelayMs } = this.#task.settings
    if (paused) {
      this.#state({ state: 'paused' })
      return
    }
    try {
      // Also what nobody foresaw is tried again.
      const attempt = (signal: AbortSignal, isWell: () => void) =>
        this.#attempt(signal, isWell).catch(error => {
          throw asError(error)
        })
      await persist(attempt, {
        signal: this.#stopping.signal,
        answers: signal => this.#answers(signal),
        retries,
        retryDelayMs,
        onPause: (error, delayMs) => {
          const { code, message: reason } = error
          const told = toldMessage(error)
          if (told !== reason)
            this.#parts.logger.warn({ stream: this.#task.name, code, reason }, 'a stream has to wait')
          this.#counts.failures++
          this.#state({ state: 'waiting', code, reason: `${told}${untilLater(delayMs)}` })
        }
      })
    } catch (error) {
      const why = asError(error)
      const { code, message: reason } = why
      this.#parts.logger.error({ stream: this.#task.name, code, reason }, 'a stream is given up')
      this.#state({ state: 'failed', code, reason: toldMessage(why) })
    }
    await this.viewers.stop()
    await this.#pictures?.close()
    await this.#outlet.close()
  }

  /** True as well where that cannot be told. */
  async #answers(signal: AbortSignal): Promise<boolean> {
    const { detectSource, source } = this.#task.settings
    try {
      return (await this.#parts.open(this.#task, detectSource ?? source).answers?.(signal)) ?? true
    } catch {
      return true
    }
  }

  async #attempt(signal: AbortSignal, isWell: () => void): Promise<void> {
    this.#state({ state: 'connecting' })
    const { detectSource, source } = this.#task.settings
    await using connection = await this.#parts.open(this.#task, detectSource ?? source).connect(signal)
    this.#connection = connection
    if (this.#hasConnected) this.#counts.reconnects++
    this.#hasConnected = true
    const end = () => void connection[Symbol.asyncDispose]()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    try {
      this.#playing = this.#session(connection, signal, isWell)
      await this.#playing.play()
    } finally {
      signal.removeEventListener('abort', end)
      this.#connection = this.#playing = this.#up = undefined
      const { bytes, lostPackets, droppedUnits } = connection.counters
      this.#counts.received(bytes, lostPackets)
      this.#counts.frames('dropped-late', droppedUnits)
    }
  }

  #session(connection: SourceConnection, signal: AbortSignal, isWell: () => void): SourceSession {
    const { name, settings, place } = this.#task
    const { crumb, looks, maxFps = Number.POSITIVE_INFINITY } = this.#parts
    return new SourceSession({
      stream: name,
      settings,
      connection,
      viewers: this.viewers,
      counts: this.#counts,
      traces: this.#traces,
      clock: this.#clock,
      maxFps,
      looks,
      crumb: isInside => crumb(place, isInside),
      begin: (first, isChange, failed) => {
        isWell()
        return this.#begin(connection, first, isChange, failed)
      },
      onNews: () => this.#up && this.#state(this.#up),
      onStandIn: ({ code, message: reason }) => {
        this.#parts.logger.warn({ stream: name, code, reason }, 'what was asked for does not decode')
        if (this.#up) this.#state(this.#up)
      },
      signal
    })
  }

  async #begin(
    { format: { codec } }: SourceConnection,
    { frame, unit }: LivePicture,
    isChange: boolean,
    failed: (error: unknown) => void
  ): Promise<StreamEpoch> {
    const { name, settings, atLeast } = this.#task
    const { epochs, embedders } = this.#parts
    const { width, height } = frame
    const first = this.#firstEpoch
    this.#firstEpoch = undefined
    const epoch = await (first ?? epochs.next(name, atLeast))
    const baseMs = this.#clock.begin(unit, frame.ptsMs, { wallMs: Date.now(), steadyMs: performance.now() })
    const begun = await StreamEpoch.begin(
      {
        ...{ stream: name, settings, epoch, baseMs, codec, detectors: this.#look, embedders, failed },
        reason: isChange ? 'changed' : this.#wasUp ? 'returned' : 'started',
        outlet: this.#outlet,
        pictures: this.#pictures,
        counts: this.#counts,
        traces: this.#traces,
        seen: (seen, tracks) => this.viewers.seen(epoch, seen, tracks)
      },
      frame
    )
    this.#wasUp = true
    this.viewers.begin({ epoch, width, height })
    this.#up = { state: 'up', sinceMs: Date.now(), epoch, width, height, codec, baseMs, ...begun.detection }
    this.#state(this.#up)
    return begun
  }

  #state(change: StateChange): void {
    const looking = change.state === 'up' ? this.#look.notice : undefined
    const notices = [looking, this.#connection?.notice, this.#playing?.notice]
    this.#parts.onState(stateOf(this.#task, change, { transcoded: this.viewers.transcoded, notices }))
  }
}
