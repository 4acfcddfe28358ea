import { setTimeout as delay } from 'node:timers/promises'
import { type BackOff, backOffMs } from '../../core/back-off.ts'
import { SightlineError } from '../../core/errors.ts'
import { type PixelRequest, requestBytes } from '../../core/fit.ts'
import type { Detector } from '../detector.ts'
import type { DetectorModel } from '../open-detector.ts'
import type { DetectionOptions } from '../session-task.ts'
import { SlotRing } from '../slot-ring.ts'
import { RemoteDetector } from './remote-detector.ts'
import { RemoteLink, type RemoteOptions, usualConcurrency } from './remote-link.ts'
import type { RemoteTally } from './remote-tally.ts'

export interface RemoteModelOptions {
  /** What people know it by. */
  readonly name: string
  readonly remote: RemoteOptions
  /** Stands in while the server cannot be had; closed with the model. */
  readonly standIn?: DetectorModel | undefined
  readonly tally: RemoteTally
  readonly log?: { info(facts: object, message: string): void; warn(facts: object, message: string): void } | undefined
  /** How long a server that went down is left alone. */
  readonly backOff?: BackOff
  /** With a local model at hand nobody waits longer for a server to open; 5000 by default. */
  readonly openingMs?: number
}

/** As many failures in a row, and the server counts as down: frames are no more held up by it. */
const failuresUntilDown = 3
const usualOpeningMs = 5000
const usualBackOff: BackOff = { firstMs: 1000, longestMs: 30_000 }
/** Places for pictures for each that is asked about: one that is on its way and one that is made meanwhile. */
const slotsEach = 2

/**
 * A model on a server, and a local one that stands in. Each frame is the server's first, and the local one's when that has used up
 * its budget. After several such frames the server counts as down: it is opened anew in the background, at longer and longer
 * intervals, as it may come back with another model. Without a local one, a frame without an answer is an error.
 */
export class RemoteModel implements AsyncDisposable {
  readonly name: string
  /** Of whichever was open first; another one's pictures are made of it. */
  readonly request: PixelRequest
  /** Of both. */
  readonly labels: readonly string[]
  readonly concurrency: number
  readonly slots: SlotRing
  readonly standIn: DetectorModel | undefined
  readonly tally: RemoteTally
  readonly #options: RemoteModelOptions
  #link: RemoteLink | undefined
  #failures = 0
  #openings = 0
  #dueMs = 0
  #opening: Promise<void> | undefined
  #lastFault: SightlineError | undefined
  #isClosed = false
  readonly #closing: AbortController

  private constructor(options: RemoteModelOptions, link: RemoteLink | undefined, closing: AbortController) {
    const { name, remote, standIn, tally } = options
    const known = link?.labels ?? remote.labels ?? []
    this.name = name
    this.request = link?.request ?? standIn!.request
    this.labels = [...new Set([...known, ...(standIn?.pool.about.labels ?? [])])]
    this.concurrency = remote.concurrency ?? usualConcurrency
    this.slots = new SlotRing(requestBytes(this.request), this.concurrency * slotsEach)
    this.standIn = standIn
    this.tally = tally
    this.#options = options
    this.#link = link
    this.#closing = closing
  }

  /**
   * With a local model it is open at once, and the server when that is.
   * @throws SightlineError SL_REMOTE_…, SL_MODEL_… of a server that nothing stands in for; SL_OPTION_INVALID for its address
   */
  static async open(options: RemoteModelOptions): Promise<RemoteModel> {
    const { standIn, log, openingMs = usualOpeningMs } = options
    const closing = new AbortController()
    const opening = openLink(options, closing.signal)
    if (!standIn) return new RemoteModel(options, await opening, closing)
    const over = new AbortController()
    const patience = delay(openingMs, undefined, { signal: over.signal }).catch(() => undefined)
    const link = await Promise.race([opening.catch(unlessRefused), patience]).finally(() => over.abort())
    const model = new RemoteModel(options, link, closing)
    if (link) log?.info({ model: model.name, ...placeOf(link) }, 'model on a server opened')
    else model.#await(opening)
    return model
  }

  /** The server's model, unless that is down. */
  get link(): RemoteLink | undefined {
    if (!this.#link && !this.#opening && !this.#isClosed && performance.now() >= this.#dueMs)
      this.#await(openLink(this.#options, this.#closing.signal))
    return this.#link
  }

  /** Why there is no link. */
  get fault(): SightlineError {
    return (
      this.#lastFault ??
      new SightlineError('SL_REMOTE_FAILED', `The model ${this.name} is being opened.`, { retryable: true })
    )
  }

  /** @throws SightlineError SL_OPTION_INVALID for a class that neither has */
  detector(options: DetectionOptions, close: () => Promise<void> = async () => {}): Detector {
    return new RemoteDetector(this, options, close)
  }

  /** A frame's answer came over `link`. */
  succeeded(link: RemoteLink): void {
    if (link === this.#link) this.#failures = 0
  }

  /** A frame's answer did not. */
  failed(link: RemoteLink, fault: SightlineError): void {
    if (link !== this.#link || ++this.#failures < failuresUntilDown) return
    this.#link = undefined
    this.#failures = 0
    this.#wait(fault)
    link.retire()
  }

  /** What a server was asked is given up. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    const closed = new SightlineError('SL_CANCELLED', `${this.name} was closed before this frame's turn came.`)
    this.#lastFault = closed
    this.slots.refuse(closed)
    this.#closing.abort()
    await this.#opening
    await Promise.all([this.#link?.[Symbol.asyncDispose](), this.standIn?.[Symbol.asyncDispose]()])
  }

  #await(opening: Promise<RemoteLink>): void {
    this.#opening = opening
      .then(
        async link => {
          if (this.#isClosed) return link[Symbol.asyncDispose]()
          this.#link = link
          this.#openings = 0
          this.#options.log?.info({ model: this.name, ...placeOf(link) }, 'model on a server opened')
        },
        error => this.#wait(error)
      )
      .finally(() => {
        this.#opening = undefined
      })
  }

  #wait(fault: SightlineError): void {
    if (this.#isClosed) return
    this.#lastFault = fault
    const { log, backOff = usualBackOff } = this.#options
    if (this.#openings === 0) {
      const stands = this.standIn ? `${this.standIn.name} stands in` : 'nothing stands in'
      log?.warn({ model: this.name, code: fault.code, reason: fault.message }, `a model on a server is down: ${stands}`)
    }
    this.#dueMs = performance.now() + backOffMs(++this.#openings, backOff)
  }
}

function openLink({ name, remote, standIn, tally }: RemoteModelOptions, signal: AbortSignal): Promise<RemoteLink> {
  const twin = standIn && { facts: standIn.facts, family: standIn.family, labels: standIn.pool.about.labels }
  return RemoteLink.open(remote, twin, exchange => tally.exchanged(name, exchange), signal)
}

/** A model that is not to be used, or settings that say so: no waiting makes that better. */
function unlessRefused(error: unknown): undefined {
  if (!(error instanceof SightlineError && error.code.startsWith('SL_REMOTE_'))) throw error
}

function placeOf({ request: { width, height }, family, labels }: RemoteLink): object {
  return { family: family.name, width, height, classes: labels.length }
}
