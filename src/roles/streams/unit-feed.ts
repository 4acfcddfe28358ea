import type { SightlineError } from '../../core/errors.ts'
import type { RelayedFormat, RelayedUnit } from '../../live/stream-feed.ts'
import { UnitQueue } from '../../media/sources/unit-queue.ts'

/** What a worker says of a unit that it relays. */
export interface UnitPacket {
  readonly isKey: boolean
  readonly epoch: number
  readonly ptsMs: number
  readonly format?: Omit<RelayedFormat, 'parameterSets'> & { readonly parameterSets: string }
}

/** Kept since the last key frame for who comes next, in bytes. */
const mostKept = 2 << 20

/** Viewers of one stream in one encoding, and what the next one begins with. */
export class UnitFeed {
  readonly #viewers = new Set<UnitQueue<RelayedUnit>>()
  #kept: RelayedUnit[] = []
  #keptBytes = 0
  #format: RelayedFormat | undefined
  #isEncoded = false

  get isWatched(): boolean {
    return this.#viewers.size > 0
  }

  /** Those who watch got pictures last that were encoded anew. */
  get isEncoded(): boolean {
    return this.#isEncoded
  }

  take(packet: UnitPacket, data: Buffer): void {
    const { isKey, epoch, ptsMs } = packet
    if (packet.format)
      this.#format = { ...packet.format, parameterSets: Buffer.from(packet.format.parameterSets, 'base64') }
    // On its way when the last viewer left: whoever comes next is not to begin with it, whenever that is.
    if (!this.isWatched) return
    if (packet.format) this.#isEncoded = packet.format.transcoded !== undefined
    const unit: RelayedUnit = { data, isKey, epoch, ptsMs, ...(packet.format && { format: this.#format! }) }
    if (isKey) this.#forget()
    if (isKey || this.#kept.length > 0) {
      this.#kept.push(unit)
      this.#keptBytes += data.length
      if (this.#keptBytes > mostKept) this.#forget()
    }
    for (const viewer of this.#viewers) viewer.push(unit)
  }

  /** From the last key frame on, until `signal` is aborted or the stream is gone. */
  async *watch(signal: AbortSignal): AsyncGenerator<RelayedUnit> {
    const queue = new UnitQueue<RelayedUnit>()
    const end = () => queue.end()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    for (const unit of this.#kept) queue.push(unit)
    this.#viewers.add(queue)
    let known: RelayedFormat | undefined
    try {
      for await (const unit of queue.units()) {
        // What comes before a key frame cannot be decoded by somebody who was not there.
        if (!known && !unit.isKey) continue
        const { format: _, ...rest } = unit
        const format = unit.isKey || unit.format ? (unit.format ?? this.#format) : known
        yield format && format !== known ? { ...rest, format } : rest
        known = format
      }
    } finally {
      signal.removeEventListener('abort', end)
      this.#leave(queue)
    }
  }

  /** The stream is gone, or may not be watched now, by `error`. What waits for its viewers is still handed out. */
  end(error?: SightlineError): void {
    for (const viewer of this.#viewers) {
      viewer.end(error)
      this.#leave(viewer)
    }
  }

  #leave(viewer: UnitQueue<RelayedUnit>): void {
    this.#viewers.delete(viewer)
    if (this.isWatched) return
    this.#forget()
    this.#isEncoded = false
  }

  #forget(): void {
    this.#kept = []
    this.#keptBytes = 0
  }
}
