import type { StreamSettings } from '../../config/stream-settings.ts'
import { SightlineError } from '../../core/errors.ts'
import type { VideoFrame } from '../../media/frame.ts'
import { LiveDecoder } from '../../media/live-decoder.ts'
import type { LivePicture } from '../../media/live-picture.ts'
import { type Calm, QuietStretches } from '../../media/quiet-stretches.ts'
import type { AccessUnit, SourceConnection } from '../../media/sources/source.ts'
import { mostUnitsPerSecond } from '../../media/sources/unit-rate.ts'
import type { WallClock } from '../../media/wall-clock.ts'
import type { FirstLooks } from '../../pipeline/first-looks.ts'
import { Pace, UnitPace } from '../../pipeline/pace.ts'
import type { Claimant } from '../../pipeline/turns.ts'
import type { FrameTraces } from './frame-traces.ts'
import { mostSilentMs, Silence, silent } from './silence.ts'
import type { StreamCounts } from './stream-counts.ts'
import type { StreamEpoch } from './stream-epoch.ts'
import type { StreamViewers } from './stream-viewers.ts'

export interface SessionParts {
  readonly stream: string
  readonly settings: StreamSettings
  readonly connection: SourceConnection
  readonly viewers: StreamViewers
  readonly counts: StreamCounts
  /** Undefined where no frame is followed. */
  readonly traces: FrameTraces | undefined
  /** Of the stream, over all its connections. */
  readonly clock: WallClock
  readonly maxFps: number
  readonly looks: FirstLooks
  /** Around each call into native code. */
  readonly crumb: (isInside: boolean) => void
  /** A new epoch, from this picture on. `failed` is told when its analysis cannot go on. */
  readonly begin: (first: LivePicture, isChange: boolean, failed: (error: unknown) => void) => Promise<StreamEpoch>
  /** Browsers can play less of it, or more, than was said; or the source says something else about itself. */
  readonly onNews: () => void
  /** The processor decodes in place of what was asked for. */
  readonly onStandIn: (why: SightlineError) => void
  readonly signal: AbortSignal
  /** Default 10 s. */
  readonly mostSilentMs?: number
}

/** One connection of a stream, epoch by epoch, from its first picture to its last. */
export class SourceSession {
  readonly #parts: SessionParts
  readonly #pace: Pace
  readonly #unitPace = new UnitPace(mostUnitsPerSecond)
  readonly #decoding: Claimant
  #epoch: StreamEpoch | undefined
  #stretches: QuietStretches | undefined
  #isRenewed = false
  #why: unknown
  #notice: SightlineError | undefined

  constructor(parts: SessionParts) {
    this.#parts = parts
    const { settings, maxFps, looks } = parts
    this.#pace = new Pace(Math.min(settings.maxFps ?? Number.POSITIVE_INFINITY, maxFps))
    this.#decoding = looks.join({ weight: settings.weight ?? 1, priority: settings.priority ?? 0 })
  }

  /** What it is in now; undefined before its first picture. */
  get epoch(): StreamEpoch | undefined {
    return this.#epoch
  }

  /** Why its pictures are not decoded by what was asked for; undefined where they are. */
  get notice(): string | undefined {
    return this.#notice?.message
  }

  /** A new epoch begins with the next picture, of whatever is wanted of the stream by then. */
  beginAnew(): void {
    this.#isRenewed = true
  }

  /** Pictures that wait for their turn. */
  get waiting(): number {
    return this.#epoch?.waiting ?? 0
  }

  /** Ends with the connection; throws why, but where it was `signal`. */
  async play(): Promise<void> {
    const { stream, connection, viewers, signal, mostSilentMs: limitMs = mostSilentMs } = this.#parts
    using silence = new Silence(limitMs, () => this.#fail(silent(stream, limitMs)))
    await using _viewing = viewers.connected(connection.format)
    await using decoder = this.#decoder()
    try {
      await this.#read(decoder, silence)
    } catch (error) {
      this.#why ??= error
    }
    const why = signal.aborted ? stopped(stream) : this.#why === undefined ? ended(stream) : asError(this.#why)
    await this.#epoch?.end(why)
    if (!signal.aborted) throw why
  }

  async #read(decoder: LiveDecoder, silence: Silence): Promise<void> {
    const { connection, counts, crumb, onNews, onStandIn } = this.#parts
    let broken = 0
    let { notice } = connection
    for await (const unit of connection.units()) {
      if (connection.notice !== notice) {
        notice = connection.notice
        onNews()
      }
      if (!this.#unitPace.takes(unit)) {
        counts.frames('dropped-late')
        continue
      }
      if (this.#stretches?.mayPutOff(unit, this.#calm)) {
        const frame = await decoder.putOff(unit)
        if (frame) this.#parts.clock.heard(unit, frame.ptsMs)
        if (frame && this.#pace.takes(frame.ptsMs)) this.#epoch?.put(frame)
        else counts.frames('skipped')
        silence.heard()
        continue
      }
      const heldMs = this.#mayHold(unit) ? await decoder.hold(unit) : undefined
      if (heldMs !== undefined) {
        this.#parts.clock.heard(unit, heldMs)
        counts.frames('dropped-overload')
        silence.heard()
        continue
      }
      const turn = await this.#turn()
      crumb(true)
      const begunMs = performance.now()
      const pictures = await decoder.decode(unit).finally(() => {
        crumb(false)
        turn?.[Symbol.dispose]()
      })
      const isImmediate = pictures.length === 1 && pictures[0]!.unit.sourceMs === unit.sourceMs
      const decodedMs = performance.now() - begunMs
      this.#stretches?.decoded(unit, isImmediate, decodedMs)
      if (decoder.notice !== this.#notice) {
        this.#notice = decoder.notice!
        onStandIn(this.#notice)
      }
      if (pictures.length > 0) counts.add('decode', decodedMs)
      for (const picture of pictures) {
        this.#parts.traces?.begin(picture.frame, { arrivedMs: picture.unit.arrivedMs, decodeMs: decodedMs })
        // With the first there is a detector to be opened, whose model may have to be fetched.
        await silence.pausedFor(this.#take(picture))
      }
      counts.frames('dropped-broken', decoder.counters.broken - broken)
      broken = decoder.counters.broken
    }
  }

  async #take(picture: LivePicture): Promise<void> {
    const { counts, viewers, clock, begin, stream } = this.#parts
    const { frame, unit } = picture
    clock.heard(unit, frame.ptsMs)
    if (!this.#pace.takes(frame.ptsMs)) {
      await viewers.picture(frame, unit.arrivedMs)
      frame[Symbol.dispose]()
      counts.frames('skipped')
      return
    }
    const before = this.#epoch
    const why = before && !before.fits(frame) ? resized(stream, frame) : this.#isRenewed ? renewed(stream) : undefined
    const isChange = before !== undefined && why !== undefined
    if (isChange) {
      await before.end(why)
      this.#epoch = undefined
    }
    if (!this.#epoch) {
      this.#isRenewed = false
      this.#epoch = await begin(picture, isChange, error => this.#fail(error))
      this.#parts.looks.begin(this.#epoch)
      this.#stretches = new QuietStretches(this.#parts.connection.format, frame.width * frame.height)
    }
    await viewers.picture(frame, unit.arrivedMs)
    this.#epoch.put(frame)
  }

  /** When its next picture may be decoded; undefined: at once. */
  async #turn(): Promise<Disposable | undefined> {
    return this.#epoch && !this.#parts.looks.areAwaited ? undefined : this.#decoding.turn()
  }

  /**
   * The detector has yet to look at its first picture: what comes meanwhile would take the processor from those who look, and be
   * thrown away but for the last.
   */
  #mayHold({ isKey }: AccessUnit): boolean {
    const { looks, viewers } = this.#parts
    return !isKey && this.#epoch !== undefined && looks.hasTime(this.#epoch) && !viewers.wantPictures
  }

  /** What somebody wants pictures of for their own sake, or to begin anew with, is as if it moved. */
  get #calm(): Calm {
    return this.#isRenewed || this.#parts.viewers.wantPictures ? 'moving' : this.#epoch!.calm
  }

  #decoder(): LiveDecoder {
    const { connection, settings, viewers, onNews } = this.#parts
    return new LiveDecoder(connection.format, {
      maxPixels: settings.maxPixels,
      decoding: settings.decode,
      onUnit: (unit, mediaMs, format) => {
        if (viewers.unit(unit, mediaMs, format)) onNews()
      }
    })
  }

  #fail(error: unknown): void {
    this.#why ??= error
    void this.#parts.connection[Symbol.asyncDispose]()
  }
}

/** What is none of ours is a fault of this program: said as such, and tried again all the same. */
export function asError(error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new SightlineError('SL_INTERNAL', message, { cause: error, retryable: true })
}

function ended(stream: string): SightlineError {
  return new SightlineError('SL_INPUT_ENDED', `${stream}: the source ended.`, { retryable: true })
}

function stopped(stream: string): SightlineError {
  return new SightlineError('SL_CANCELLED', `${stream} was stopped.`)
}

function renewed(stream: string): SightlineError {
  return new SightlineError('SL_INPUT_ENDED', `${stream} goes on with other settings.`)
}

function resized(stream: string, { width, height }: VideoFrame): SightlineError {
  return new SightlineError('SL_INPUT_ENDED', `${stream} goes on with pictures of ${width}×${height}.`)
}
