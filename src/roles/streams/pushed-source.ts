import { SightlineError } from '../../core/errors.ts'
import type { AccessUnit, SourceConnection, SourceFormat, VideoSource } from '../../media/sources/source.ts'
import { UnitQueue } from '../../media/sources/unit-queue.ts'

/** What somebody sends in, as main passes it on. There is nobody to be dialled: it waits for the sender. */
export class PushedSource implements VideoSource {
  readonly title: string
  /** Asks the sender for a key frame. */
  readonly #wantKey: () => void
  readonly #arriving: ((connection: PushedConnection) => void)[] = []
  #open: PushedConnection | undefined
  #format: SourceFormat | undefined

  constructor(stream: string, wantKey: () => void) {
    this.title = `what is sent to ${stream}`
    this.#wantKey = wantKey
  }

  connect(signal: AbortSignal): Promise<SourceConnection> {
    if (this.#open && !this.#open.isClosed) return Promise.resolve(this.#open)
    return new Promise((resolve, reject) => {
      const arrived = (connection: PushedConnection) => {
        // The same signal sees one sender after another.
        signal.removeEventListener('abort', giveUp)
        resolve(connection)
      }
      const giveUp = () => {
        const at = this.#arriving.indexOf(arrived)
        if (at >= 0) this.#arriving.splice(at, 1)
        reject(new SightlineError('SL_CANCELLED', `${this.title} was given up.`))
      }
      this.#arriving.push(arrived)
      signal.addEventListener('abort', giveUp, { once: true })
      if (signal.aborted) giveUp()
    })
  }

  /** The first unit of a sender has a format. */
  push(unit: Omit<AccessUnit, 'format'>, news: SourceFormat | undefined, description: string): void {
    if (news) this.#format = news
    // A connection that somebody closed is followed by another, from the next key frame on.
    if (this.#open?.isClosed) this.#open = undefined
    if (!this.#open) {
      // Without a format it has missed the beginning, which was for whoever had the stream before: both are said again. Browsers send a
      // key frame when asked, and else hardly ever.
      if (!this.#format || !unit.isKey) {
        this.#wantKey()
        return
      }
      this.#open = new PushedConnection(this.#format, description, this.#wantKey)
      for (const arrived of this.#arriving.splice(0)) arrived(this.#open)
    }
    this.#open.take(news ? { ...unit, format: news } : unit)
  }

  /** The sender is gone. */
  end(): void {
    void this.#open?.[Symbol.asyncDispose]()
    this.#open = this.#format = undefined
  }
}

class PushedConnection implements SourceConnection {
  readonly format: SourceFormat
  readonly description: string
  readonly #wantKey: () => void
  readonly #queue = new UnitQueue()
  #bytes = 0
  isClosed = false

  constructor(format: SourceFormat, description: string, wantKey: () => void) {
    this.format = format
    this.description = description
    this.#wantKey = wantKey
  }

  get counters() {
    return { bytes: this.#bytes, lostPackets: 0, droppedUnits: this.#queue.dropped }
  }

  take(unit: AccessUnit): void {
    this.#bytes += unit.data.length
    const { dropped } = this.#queue
    this.#queue.push(unit)
    // It goes on from a key frame only, which browsers hardly ever send unasked.
    if (this.#queue.dropped > dropped && !unit.isKey) this.#wantKey()
  }

  units(): AsyncGenerator<AccessUnit> {
    return this.#queue.units()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true
    this.#queue.end()
  }
}
