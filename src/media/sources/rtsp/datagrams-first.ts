import type { AccessUnit, SourceConnection, SourceCounters, SourceFormat } from '../source.ts'
import type { RtspSession } from './rtsp-session.ts'

/**
 * Pictures in datagrams, as long as that can be seen. Nobody can be asked again for what is lost, nor for a key frame; so
 * where key frames have holes, or nothing comes at all, it goes on over TCP. A camera that refuses that is shown with its holes.
 */
export class DatagramsFirst implements SourceConnection {
  readonly #openTcp: (signal: AbortSignal) => Promise<RtspSession>
  readonly #closing = new AbortController()
  #session: RtspSession
  /** Of the sessions before. */
  #past: SourceCounters = { bytes: 0, lostPackets: 0, droppedUnits: 0 }
  #notice: string | undefined
  #turning: Promise<void> | undefined

  constructor(datagrams: RtspSession, openTcp: (signal: AbortSignal) => Promise<RtspSession>) {
    this.#session = datagrams
    this.#openTcp = openTcp
    datagrams.onLossy = () => {
      this.#turning = this.#turn(datagrams)
    }
  }

  get format(): SourceFormat {
    return this.#session.format
  }

  get description(): string {
    return this.#session.description
  }

  get notice(): string | undefined {
    return this.#notice
  }

  get counters(): SourceCounters {
    return sum(this.#past, this.#session.counters)
  }

  async *units(): AsyncGenerator<AccessUnit> {
    const first = this.#session
    try {
      yield* first.units()
      await this.#turning
    } catch (error) {
      // Some cameras have one session, and end it for the next.
      await this.#turning
      if (this.#session === first) throw error
    }
    const second = this.#session
    if (second === first) return
    let isNews = true
    for await (const unit of second.units()) {
      if (isNews && !unit.isKey) continue
      yield isNews ? { ...unit, format: unit.format ?? second.format } : unit
      isNews = false
    }
  }

  /** Never rejects. */
  async #turn(datagrams: RtspSession): Promise<void> {
    try {
      const session = await this.#openTcp(this.#closing.signal)
      this.#past = datagrams.counters
      this.#session = session
      this.#notice = 'Too much of it is lost over UDP: it comes over TCP instead.'
      await datagrams[Symbol.asyncDispose]()
      if (this.#closing.signal.aborted) await session[Symbol.asyncDispose]()
    } catch {
      // What is wrong with the camera itself is told by the session that there is.
      this.#notice = 'Too much of it is lost over UDP, and it does not send over TCP: its pictures have holes.'
      datagrams.showHoles()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#turning
    await this.#session[Symbol.asyncDispose]()
  }
}

function sum(a: SourceCounters, b: SourceCounters): SourceCounters {
  return {
    bytes: a.bytes + b.bytes,
    lostPackets: a.lostPackets + b.lostPackets,
    droppedUnits: a.droppedUnits + b.droppedUnits
  }
}
