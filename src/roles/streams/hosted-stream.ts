import type { StateMessage } from '../../contract/live.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Logger } from '../../core/log.ts'
import type { EpochLedger } from '../../events/epoch-ledger.ts'
import type { EventLog } from '../../events/event-log.ts'
import type { TrackFrame } from '../../measures/track-frame.ts'
import type { VideoFrame } from '../../media/frame.ts'
import { LiveDecoder } from '../../media/live-decoder.ts'
import type { SourceConnection, VideoSource } from '../../media/sources/source.ts'
import { persist } from '../../pipeline/persistence.ts'
import type { PacketChannel } from './packet-channel.ts'
import { PictureRequests } from './picture-requests.ts'
import { PlayableRelay } from './playable-relay.ts'
import { RecordOutlet } from './record-outlet.ts'
import { Silence } from './silence.ts'
import { StreamCounts } from './stream-counts.ts'
import type { StreamDetectors } from './stream-detectors.ts'
import { changedSize, StreamEpoch, trackRows } from './stream-epoch.ts'
import { UnitRelay } from './unit-relay.ts'
import type { StreamFigures, StreamTask, Wanted } from './worker-messages.ts'

export interface HostParts {
  readonly detectors: StreamDetectors
  readonly log: EventLog
  readonly epochs: EpochLedger
  readonly channel: PacketChannel
  readonly logger: Logger
  readonly maxFps: number | undefined
  /** Of the address `source` or `detectSource`. @throws SL_OPTION_INVALID, SL_INPUT_REFUSED */
  readonly open: (task: StreamTask) => VideoSource
  /** Around each call into native code. */
  readonly crumb: (place: number, isInside: boolean) => void
  readonly onState: (state: StateMessage) => void
}

type StateChange = Partial<StateMessage> & Pick<StateMessage, 'state'>

/** A source that gives no picture for so long counts as lost. */
const silenceMs = 10_000

/** One stream in its worker: connects, and connects again, until it is told to end. */
export class HostedStream {
  readonly task: StreamTask
  readonly #parts: HostParts
  readonly #stopping = new AbortController()
  readonly #outlet: RecordOutlet
  readonly #counts = new StreamCounts()
  readonly #relay: UnitRelay
  readonly #pictures: PictureRequests
  readonly #running: Promise<void>
  #connection: SourceConnection | undefined
  #playable: PlayableRelay | undefined
  #wantsTracks = false
  #wantsPlayable = false
  #wasUp: boolean
  /** What is said of it while it is up. */
  #up: StateChange | undefined

  constructor(task: StreamTask, parts: HostParts) {
    this.task = task
    this.#parts = parts
    this.#outlet = new RecordOutlet(parts.log)
    this.#relay = new UnitRelay(parts.channel, task.name, 'source')
    this.#pictures = new PictureRequests(parts.channel, task.name)
    this.#wasUp = task.isBack
    this.#running = this.#run()
  }

  get figures(): StreamFigures {
    const open = this.#connection?.counters ?? { bytes: 0, lostPackets: 0 }
    return this.#counts.snapshot(open, this.#outlet.lost)
  }

  get pictures(): PictureRequests {
    return this.#pictures
  }

  want({ tracks, source, playable }: Wanted): void {
    this.#wantsTracks = tracks
    this.#wantsPlayable = playable
    this.#relay.watch(source)
    this.#playable?.watch(playable)
  }

  wantKey(): void {
    this.#playable?.wantKey()
  }

  /** Ends its tracks; everything it found is in the log when this returns. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { settings } = this.task
    const { signal } = this.#stopping
    if (settings.paused) {
      this.#state({ state: 'paused' })
      return
    }
    try {
      await persist(attempt => this.#attempt(attempt), {
        signal,
        retries: settings.retries,
        retryDelayMs: settings.retryDelayMs,
        onPause: ({ code, message }) => {
          this.#counts.failures++
          this.#state({ state: 'waiting', code, reason: message })
        }
      })
    } catch (error) {
      this.#parts.logger.error({ stream: this.task.name, err: error }, 'a stream is given up')
      const { code, message } = asError(error)
      this.#state({ state: 'failed', code, reason: message })
    }
    await this.#outlet.close()
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    this.#state({ state: 'connecting' })
    const source = this.#parts.open(this.task)
    await using connection = await source.connect(signal)
    this.#connection = connection
    const end = () => void connection[Symbol.asyncDispose]()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    try {
      await this.#play(connection, signal)
    } finally {
      signal.removeEventListener('abort', end)
      this.#connection = undefined
      const { bytes, lostPackets, droppedUnits } = connection.counters
      this.#counts.received(bytes, lostPackets)
      this.#counts.frames('dropped-late', droppedUnits)
      this.#relay.facts = undefined
      this.#playable = this.#up = undefined
    }
  }

  /** Pictures of one connection, epoch by epoch. Throws why it ended. */
  async #play(connection: SourceConnection, signal: AbortSignal): Promise<void> {
    const { settings, name, place } = this.task
    const { crumb } = this.#parts
    const maxFps = Math.min(settings.maxFps ?? Infinity, this.#parts.maxFps ?? Infinity)
    const pace = new Pace(maxFps)
    let why: unknown
    const end = (error: unknown) => {
      why ??= error
      void connection[Symbol.asyncDispose]()
    }
    using silence = new Silence(silenceMs, () => end(silent(name)))
    await using playable = new PlayableRelay(this.#parts.channel, name, connection.format)
    this.#playable = playable
    playable.watch(this.#wantsPlayable)
    await using decoder = new LiveDecoder(connection.format, {
      maxPixels: settings.maxPixels,
      onUnit: (unit, mediaMs, format) => {
        this.#relay.give(unit, mediaMs, format)
        if (playable.unit(unit, mediaMs, format) && this.#up) this.#state(this.#up)
      }
    })
    let epoch: StreamEpoch | undefined
    let broken = 0
    try {
      for await (const unit of connection.units()) {
        crumb(place, true)
        const pictures = await decoder.decode(unit).finally(() => crumb(place, false))
        for (const { frame, unit: of } of pictures) {
          silence.heard()
          if (!pace.takes(frame.ptsMs)) {
            await playable.frame(frame)
            frame[Symbol.dispose]()
            this.#counts.frames('skipped')
            continue
          }
          const changes = epoch && !epoch.fits(frame)
          if (changes) {
            await epoch!.end(changedSize(name, frame))
            epoch = undefined
          }
          epoch ??= await this.#begin(frame, of, connection.format.codec, changes ? 'changed' : undefined, end)
          await playable.frame(frame)
          this.#arrivals.set(frame.ptsMs, of.arrivedMs)
          epoch.put(frame)
        }
        this.#counts.frames('dropped-broken', decoder.counters.broken - broken)
        broken = decoder.counters.broken
      }
    } catch (error) {
      why ??= error
    }
    const cancelled = new SightlineError('SL_CANCELLED', `${name} was stopped.`)
    const ended = new SightlineError('SL_INPUT_ENDED', `${name}: the source ended.`, { retryable: true })
    const reason = signal.aborted ? cancelled : why === undefined ? ended : asError(why)
    await epoch?.end(reason)
    this.#arrivals.clear()
    if (!signal.aborted) throw why instanceof SightlineError || why === undefined ? reason : why
  }

  /** When the units came whose pictures are on their way through the detector. */
  readonly #arrivals = new Map<number, number>()

  async #begin(
    frame: VideoFrame,
    unit: { readonly arrivedMs: number; readonly wallMs?: number },
    codec: string,
    changed: 'changed' | undefined,
    failed: (error: unknown) => void
  ): Promise<StreamEpoch> {
    const { name, settings, atLeast } = this.task
    const { detectors, epochs } = this.#parts
    const epoch = epochs.next(name, atLeast)
    const wallMs = unit.wallMs ?? Date.now() - (performance.now() - unit.arrivedMs)
    const baseMs = Math.round(wallMs - frame.ptsMs)
    const { width, height } = frame
    const begun = await StreamEpoch.begin(
      {
        stream: name,
        settings,
        epoch,
        baseMs,
        codec,
        reason: changed ?? (this.#wasUp ? 'returned' : 'started'),
        detectors,
        outlet: this.#outlet,
        counts: this.#counts,
        seen: (seen, tracks) => this.#seen(epoch, seen, tracks),
        failed
      },
      frame
    )
    this.#wasUp = true
    this.#relay.facts = { epoch, width, height, transcoded: undefined }
    this.#playable!.facts = { epoch, width, height }
    this.#up = { state: 'up', epoch, width, height, codec, baseMs }
    this.#state(this.#up)
    return begun
  }

  #seen(epoch: number, frame: VideoFrame, tracks: TrackFrame): Promise<void> | void {
    const { name } = this.task
    const { ptsMs, index } = frame
    const arrivedMs = this.#arrivals.get(ptsMs)
    for (const known of this.#arrivals.keys()) if (known <= ptsMs) this.#arrivals.delete(known)
    if (this.#wantsTracks && !this.#parts.channel.isFull) {
      const delayMs = arrivedMs === undefined ? 0 : Math.round((performance.now() - arrivedMs) * 10) / 10
      const { outcome, rows, labels } = tracks
      const message = {
        type: 'tracks',
        stream: name,
        epoch,
        frame: index,
        ptsMs,
        outcome,
        delayMs,
        labels,
        tracks: trackRows(rows)
      }
      this.#parts.channel.send({ kind: 'tracks', stream: name }, Buffer.from(JSON.stringify(message)))
    }
    return this.#pictures.seen(epoch, frame, tracks)
  }

  #state(change: StateChange): void {
    const { name, settings } = this.task
    const points = (drawn: object | undefined) =>
      Object.fromEntries(
        Object.entries(drawn ?? {}).map(([key, region]) => [key, Array.isArray(region) ? region : region.points])
      )
    this.#parts.onState({
      type: 'state',
      stream: name,
      title: settings.title ?? name,
      sinceMs: Date.now(),
      lines: points(settings.lines),
      zones: points(settings.zones),
      ...(this.#playable?.reason !== undefined && { transcoded: this.#playable.reason }),
      ...change
    })
  }
}

/** At most so many frames a second, as even as the source allows. */
class Pace {
  readonly #intervalMs: number
  #dueMs = Number.NEGATIVE_INFINITY

  constructor(maxFps: number) {
    this.#intervalMs = 1000 / maxFps
  }

  takes(ptsMs: number): boolean {
    // Half a frame of a fast source early is not early.
    if (ptsMs + 1 < this.#dueMs) return false
    this.#dueMs = Math.max(this.#dueMs + this.#intervalMs, ptsMs)
    return true
  }
}

function silent(name: string): SightlineError {
  return new SightlineError('SL_INPUT_TIMEOUT', `${name} gave no picture for ${silenceMs / 1000} s.`, {
    retryable: true
  })
}

function asError(error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  return new SightlineError('SL_INTERNAL', error instanceof Error ? error.message : String(error), { cause: error })
}
