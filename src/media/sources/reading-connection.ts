import { setTimeout as pause } from 'node:timers/promises'
import { SightlineError } from '../../core/errors.ts'
import type { AccessUnit, SourceConnection, SourceCounters, SourceFormat } from './source.ts'
import { UnitQueue } from './unit-queue.ts'
import { UnitBrake } from './unit-rate.ts'

/** What a reader is given. */
export interface Reading {
  /** Aborted when nobody wants its units any more: it then ends, whatever it waits for. */
  readonly signal: AbortSignal
  count(bytes: number): void
}

/** Units of a source, the first with its format. They are taken as they come: the reader itself keeps the time. */
export type UnitReader = (reading: Reading) => AsyncGenerator<AccessUnit>

export interface ReadingOptions {
  readonly title: string
  readonly describe: (format: SourceFormat) => string
  /** Gives up the connection until its first picture is there. */
  readonly signal: AbortSignal
}

/** Who has not sent one picture after so long sends none. Raise it for playlists with segments longer than this. */
const firstPictureMs = 30_000

/** A source that is asked for more and more. It is read in the background into a queue; it has answered with its first picture. */
export class ReadingConnection implements SourceConnection {
  readonly format: SourceFormat
  readonly description: string
  readonly #closing: AbortController
  readonly #queue = new UnitQueue()
  readonly #tally: { bytes: number }
  readonly #reading: Promise<void>

  private constructor(
    first: AccessUnit & { readonly format: SourceFormat },
    rest: AsyncGenerator<AccessUnit>,
    description: string,
    closing: AbortController,
    tally: { bytes: number }
  ) {
    this.format = first.format
    this.description = description
    this.#closing = closing
    this.#tally = tally
    this.#queue.push(first)
    this.#reading = this.#read(rest)
  }

  /** @throws SL_INPUT_…, SL_CANCELLED */
  static async open(read: UnitReader, { title, describe, signal }: ReadingOptions): Promise<ReadingConnection> {
    const closing = new AbortController()
    const limit = AbortSignal.timeout(firstPictureMs)
    const either = AbortSignal.any([signal, limit])
    const giveUp = () => closing.abort()
    either.addEventListener('abort', giveUp, { once: true })
    if (either.aborted) giveUp()
    const tally = { bytes: 0 }
    const units = read({ signal: closing.signal, count: bytes => (tally.bytes += bytes) })
    try {
      const { value: first } = await units.next()
      closing.signal.throwIfAborted()
      const format = first?.format
      if (!format) throw new SightlineError('SL_INPUT_NO_FRAMES', `${title} has not one picture.`, { retryable: true })
      return new ReadingConnection({ ...first, format }, units, describe(format), closing, tally)
    } catch (cause) {
      giveUp()
      await units.return(undefined)
      if (signal.aborted) throw new SightlineError('SL_CANCELLED', `${title} was given up.`, { cause })
      if (!limit.aborted) throw cause
      const why = `sent no picture within ${firstPictureMs / 1000} s`
      throw new SightlineError('SL_INPUT_TIMEOUT', `${title} ${why}.`, { cause, retryable: true })
    } finally {
      either.removeEventListener('abort', giveUp)
    }
  }

  get counters(): SourceCounters {
    return { bytes: this.#tally.bytes, lostPackets: 0, droppedUnits: this.#queue.dropped }
  }

  units(): AsyncGenerator<AccessUnit> {
    return this.#queue.units()
  }

  async #read(units: AsyncGenerator<AccessUnit>): Promise<void> {
    const brake = new UnitBrake()
    const { signal } = this.#closing
    try {
      for await (const unit of units) {
        this.#queue.push(unit)
        const restMs = brake.restMs(unit.arrivedMs)
        if (restMs > 0) await pause(restMs, undefined, { signal })
      }
      this.#queue.end()
    } catch (error) {
      this.#queue.end(signal.aborted ? undefined : error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.#queue.end()
    await this.#reading
  }
}
