import { setTimeout as pause } from 'node:timers/promises'
import { SightlineError } from '../../core/errors.ts'
import type { Logger } from '../../core/log.ts'
import { LiveClock } from '../../media/live-clock.ts'
import { addedBetween, type MediaOrigin, OriginEstimate } from '../../media/origin-estimate.ts'
import type { AccessUnit, SourceConnection, VideoSource } from '../../media/sources/source.ts'
import { persist } from '../../pipeline/persistence.ts'
import { RetryPace } from '../../pipeline/retry-pace.ts'
import { mostSilentMs, Silence, silent } from './silence.ts'
import { asError } from './source-session.ts'

/** Its times are put right by more than this, in milliseconds: half a picture at 25 a second. */
const toleranceMs = 20

export interface MainStreamOptions {
  readonly source: VideoSource
  /** Of the stream that is detected on, as far as it is known by now; undefined while that is away. */
  readonly origin: () => MediaOrigin | undefined
  readonly onConnected: (connection: SourceConnection) => void
  /** `mediaMs`: of the stream that is detected on. */
  readonly onUnit: (unit: AccessUnit, mediaMs: number) => void
  readonly onEnded: () => void
  readonly log: Logger
  /** Default 10 s. */
  readonly mostSilentMs?: number
}

/**
 * A camera's large stream, for viewers, beside the small one that is detected on. It is fetched while somebody watches and
 * not otherwise. Its times are told in media time of the other: by the camera's clock where it says one, else by arrival.
 */
export class MainStream {
  readonly #options: MainStreamOptions
  /** Over all visits: a camera that is asked anew by each with a wrong password locks the account, and the small stream with it. */
  readonly #pace = new RetryPace()
  readonly #ending = new AbortController()
  #stopping: AbortController | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(options: MainStreamOptions) {
    this.#options = options
  }

  watch(isWatched: boolean): void {
    if (isWatched === (this.#stopping !== undefined)) return
    this.#stopping?.abort()
    this.#stopping = undefined
    if (!isWatched) return
    const stopping = new AbortController()
    this.#stopping = stopping
    const { log, source } = this.#options
    this.#running = this.#running.then(() =>
      persist((signal, isWell) => this.#attempt(signal, isWell).catch(unforeseen), {
        signal: stopping.signal,
        pace: this.#pace,
        onPause: error => log.warn({ source: source.title, err: error }, 'a stream for viewers is away')
      }).catch(error => log.error({ source: source.title, err: error }, 'a stream for viewers is given up'))
    )
  }

  /** For good. */
  async stop(): Promise<void> {
    this.watch(false)
    this.#ending.abort()
    await this.#running
  }

  async #attempt(signal: AbortSignal, isWell: () => void): Promise<void> {
    const { source, onConnected, onUnit, onEnded, mostSilentMs: limitMs = mostSilentMs } = this.#options
    // Before it dials: where the other stream's login is refused, so is this one's, and cameras count both.
    await this.#origin(signal)
    // Who leaves meanwhile does not call it off: a login that was sent is refused all the same, and nobody would know.
    await using connection = await source.connect(this.#ending.signal)
    if (signal.aborted) return
    const end = () => void connection[Symbol.asyncDispose]()
    signal.addEventListener('abort', end, { once: true })
    onConnected(connection)
    let why: SightlineError | undefined
    using silence = new Silence(limitMs, () => {
      why = silent(source.title, limitMs)
      end()
    })
    try {
      const clock = new LiveClock()
      const own = new OriginEstimate()
      let addedMs: number | undefined
      for await (const unit of connection.units()) {
        silence.heard()
        isWell()
        const shownMs = clock.arrival(unit.sourceMs, unit.arrivedMs)
        own.heard(unit, shownMs)
        addedMs = added(addedMs, unit.isKey, own.origin!, this.#options.origin())
        if (addedMs !== undefined) onUnit(unit, shownMs + addedMs)
      }
      if (why) throw why
    } finally {
      signal.removeEventListener('abort', end)
      onEnded()
    }
  }

  async #origin(signal: AbortSignal): Promise<MediaOrigin> {
    for (;;) {
      const known = this.#options.origin()
      if (known) return known
      await pause(50, undefined, { signal }).catch(stopped)
    }
  }
}

/**
 * From its time to that of the stream that is detected on, from a key frame on. What a first picture told is put right with the next
 * key frames: it may have come late, or before the camera said what time it is.
 */
function added(
  usedMs: number | undefined,
  isKey: boolean,
  own: MediaOrigin,
  other: MediaOrigin | undefined
): number | undefined {
  if (!other) return undefined
  if (!isKey) return usedMs
  const addedMs = addedBetween(own, other)
  return usedMs !== undefined && Math.abs(addedMs - usedMs) <= toleranceMs ? usedMs : addedMs
}

function unforeseen(error: unknown): never {
  throw asError(error)
}

function stopped(): never {
  throw new SightlineError('SL_CANCELLED', 'Nobody watches any more.')
}
