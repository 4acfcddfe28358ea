import type { StreamSettings } from '../../config/stream-settings.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Logger } from '../../core/log.ts'
import { toldMessage } from '../../core/told-message.ts'
import { asError } from './source-session.ts'
import type { SharedDetector, StreamDetectors } from './stream-detectors.ts'
import type { StreamEpoch } from './stream-epoch.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** `looks`: it looks from the next frame on; `anew`: from the next epoch on; `stays`: what looked before goes on. */
export type LookChange = 'looks' | 'anew' | 'stays'

/**
 * What looks at one stream. Another detector is opened while the one before looks, and takes its place when it is ready; one
 * that cannot be had never takes any, and the one before goes on, also in epochs to come. It is remembered by its settings: a model
 * on a server whose name was given a wrong address (`models.remote`) goes on until the epoch ends, and cannot be had in the next.
 */
export class StreamLook implements AsyncDisposable {
  readonly #stream: string
  readonly #detectors: Pick<StreamDetectors, 'take'>
  readonly #log: Logger
  /** Of the detector that worked last. */
  #working: StreamSettings | undefined
  /** Wanted last. */
  #wanted: StreamSettings | undefined
  /** Opened for the next epoch. */
  #ready: { readonly settings: StreamSettings; readonly shared: SharedDetector; readonly size: Size } | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #notice: string | undefined
  #isOver = false

  constructor(stream: string, detectors: Pick<StreamDetectors, 'take'>, log: Logger) {
    this.#stream = stream
    this.#detectors = detectors
    this.#log = log
  }

  /** Why what is wanted does not look, as a sentence. */
  get notice(): string | undefined {
    return this.#notice
  }

  /** For an epoch that begins. @throws as `StreamDetectors.take`, where nothing worked before */
  async take(settings: StreamSettings, frame: Size): Promise<SharedDetector> {
    const ready = this.#ready
    this.#ready = undefined
    if (ready?.settings === settings && ready.size.width === frame.width && ready.size.height === frame.height)
      return ready.shared
    await ready?.shared[Symbol.asyncDispose]()
    try {
      return this.#works(settings, await this.#detectors.take(settings, frame))
    } catch (error) {
      const working = this.#working
      if (!working || working === settings || isCancelled(error)) throw error
      const before = await this.#detectors.take(working, frame)
      this.#refuse(asError(error), before.detector.name)
      return before
    }
  }

  /**
   * Something else is wanted from now on.
   * @param current the epoch that the stream is in; asked again once it has been opened
   */
  change(settings: StreamSettings, current: () => StreamEpoch | undefined): Promise<LookChange> {
    this.#wanted = settings
    const change = this.#turn.then(() => this.#change(settings, current))
    this.#turn = change.catch(() => undefined)
    return change
  }

  /** What was opened for an epoch that never came is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    const ready = this.#ready
    this.#ready = undefined
    await ready?.shared[Symbol.asyncDispose]()
  }

  async #change(settings: StreamSettings, current: () => StreamEpoch | undefined): Promise<LookChange> {
    const seen = current()
    if (settings !== this.#wanted || !seen) return 'stays'
    let shared: SharedDetector
    try {
      shared = await this.#detectors.take(settings, seen, { mayStandIn: false })
    } catch (error) {
      if (!isCancelled(error)) this.#refuse(asError(error), seen.detection.detector)
      return 'stays'
    }
    const epoch = current()
    if (this.#isOver || settings !== this.#wanted) {
      await shared[Symbol.asyncDispose]()
      return 'stays'
    }
    this.#works(settings, shared)
    this.#log.info({ stream: this.#stream, detector: shared.detector.name }, 'another detector looks at a stream')
    const unused = this.#ready
    const fits = epoch?.fitsDetector(shared, settings.classes) === true
    this.#ready = fits ? undefined : { settings, shared, size: { width: seen.width, height: seen.height } }
    if (fits)
      epoch!.look(shared).catch(error => {
        this.#log.error({ stream: this.#stream, err: error }, 'what looked at a stream could not be closed')
      })
    await unused?.shared[Symbol.asyncDispose]()
    return fits ? 'looks' : 'anew'
  }

  #works(settings: StreamSettings, shared: SharedDetector): SharedDetector {
    this.#working = settings
    this.#notice = undefined
    return shared
  }

  #refuse(error: SightlineError, before: string): void {
    const { code, message: reason } = error
    this.#log.warn({ stream: this.#stream, code, reason }, 'what was to look at a stream cannot be had')
    this.#notice = `${toldMessage(error)} Until then ${before} goes on looking.`
  }
}

/** It is being stopped. */
function isCancelled(error: unknown): boolean {
  return error instanceof SightlineError && error.code === 'SL_CANCELLED'
}
