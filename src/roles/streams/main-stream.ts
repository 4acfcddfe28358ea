import { setTimeout as pause } from 'node:timers/promises'
import { SightlineError } from '../../core/errors.ts'
import type { Logger } from '../../core/log.ts'
import type { AccessUnit, SourceConnection, VideoSource } from '../../media/sources/source.ts'
import { persist } from '../../pipeline/persistence.ts'
import { mostSilentMs, Silence, silent } from './silence.ts'
import { asError } from './source-session.ts'

/** Wall and steady clock at media time 0 of what is detected on. */
export interface MediaOrigin {
  /** Epoch milliseconds, where the camera says; both streams of a camera go by one clock. */
  readonly wallMs: number | undefined
  /** `performance.now()` when its picture came. */
  readonly arrivedMs: number
}

export interface MainStreamOptions {
  readonly source: VideoSource
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
      persist(signal => this.#attempt(signal).catch(unforeseen), {
        signal: stopping.signal,
        onPause: error => log.warn({ source: source.title, err: error }, 'a stream for viewers is away')
      }).catch(error => log.error({ source: source.title, err: error }, 'a stream for viewers is given up'))
    )
  }

  async stop(): Promise<void> {
    this.watch(false)
    await this.#running
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    const { source, onConnected, onUnit, onEnded, mostSilentMs: limitMs = mostSilentMs } = this.#options
    // Before it dials: where the other stream's login is refused, so is this one's, and cameras count both.
    await this.#origin(signal)
    await using connection = await source.connect(signal)
    const end = () => void connection[Symbol.asyncDispose]()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    onConnected(connection)
    let why: SightlineError | undefined
    using silence = new Silence(limitMs, () => {
      why = silent(source.title, limitMs)
      end()
    })
    try {
      let used: MediaOrigin | undefined
      let addedMs = 0
      for await (const unit of connection.units()) {
        silence.heard()
        const known = this.#options.origin()
        // Where the other stream is away, or begins anew, its time does: from the next key frame on by that.
        if (!known) used = undefined
        else if (known !== used && unit.isKey) {
          used = known
          addedMs = offset(unit, known)
        }
        if (used) onUnit(unit, unit.sourceMs + addedMs)
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

/** From the source's time to media time. */
function offset({ wallMs, arrivedMs, sourceMs }: AccessUnit, origin: MediaOrigin): number {
  const mediaMs =
    wallMs !== undefined && origin.wallMs !== undefined ? wallMs - origin.wallMs : arrivedMs - origin.arrivedMs
  return mediaMs - sourceMs
}

function unforeseen(error: unknown): never {
  throw asError(error)
}

function stopped(): never {
  throw new SightlineError('SL_CANCELLED', 'Nobody watches any more.')
}
