import { SightlineError } from '../../../core/errors.ts'
import { codecNames } from '../../codec-names.ts'
import type { AccessUnit, SourceConnection, SourceCounters, SourceFormat } from '../source.ts'
import { UnitQueue } from '../unit-queue.ts'
import { UnitBrake } from '../unit-rate.ts'
import { InterleavedTransport, type MediaTransport } from './media-transport.ts'
import { RtpReceiver } from './rtp-receiver.ts'
import type { RtspConnection } from './rtsp-connection.ts'
import type { PictureTrack } from './session-description.ts'

export interface SessionParts {
  readonly connection: RtspConnection
  readonly transport: MediaTransport
  readonly track: PictureTrack
  /** The server forgets a session that said nothing for so long. */
  readonly timeoutMs: number
  readonly title: string
}

const reportMs = 5_000
/** What a server has for answering that we leave. */
const farewellMs = 500
/** Within that time from PLAY on, a camera has sent a key frame. */
const firstKeyMs = 5000

/** A session that plays. */
export class RtspSession implements SourceConnection {
  readonly format: SourceFormat
  readonly description: string
  /** Told once: what comes is not enough to see anything. */
  onLossy: () => void = () => undefined
  readonly #parts: SessionParts
  readonly #queue = new UnitQueue()
  readonly #brake = new UnitBrake()
  readonly #receiver: RtpReceiver
  #timers: readonly NodeJS.Timeout[] = []
  #isClosed = false
  #isLossy = false

  constructor(parts: SessionParts) {
    this.#parts = parts
    const { connection, transport, track } = parts
    this.#receiver = new RtpReceiver(track, transport.patience, unit => this.#take(unit))
    this.format = this.#receiver.format
    this.description = `RTSP over ${transport instanceof InterleavedTransport ? 'TCP' : 'UDP'}, ${codecNames[track.codec]}`
    transport.onRtp = packet => this.#read(packet)
    transport.onRtcp = packet => {
      this.#receiver.rtcp(packet)
      if (this.#receiver.hasEnded) this.#queue.end()
    }
    connection.onEnd = error => this.#queue.end(error)
  }

  /** Begins to tell the server, time and again, that somebody is here. */
  keep(): void {
    const { connection, transport, track, timeoutMs } = this.#parts
    const stayAlive = () => {
      // An answer that says no says as well that somebody is there; a broken connection is told by `onEnd`.
      connection.request('OPTIONS', track.session, { isVital: false }).catch(() => undefined)
    }
    const report = () => {
      const packet = this.#receiver.report()
      if (packet) transport.sendRtcp(packet)
    }
    this.#timers = [
      setInterval(stayAlive, timeoutMs / 2),
      setInterval(report, reportMs),
      setTimeout(() => this.#receiver.isDark && this.#tellLossy(), firstKeyMs)
    ]
  }

  /** Gives pictures with a hole from now on. */
  showHoles(): void {
    this.#receiver.showHoles()
  }

  get counters(): SourceCounters {
    return {
      bytes: this.#parts.transport.bytes,
      lostPackets: this.#receiver.lostPackets,
      droppedUnits: this.#queue.dropped
    }
  }

  units(): AsyncGenerator<AccessUnit> {
    return this.#queue.units()
  }

  #take(unit: AccessUnit): void {
    this.#queue.push(unit)
    const restMs = this.#brake.restMs(unit.arrivedMs)
    if (restMs > 0) this.#parts.transport.rest(restMs)
  }

  #read(packet: Buffer): void {
    try {
      this.#receiver.rtp(packet)
      if (this.#receiver.isLossy) this.#tellLossy()
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      this.halt(new SightlineError('SL_INPUT_DAMAGED', `${this.#parts.title}: ${why}.`, { cause, retryable: true }))
    }
  }

  #tellLossy(): void {
    if (this.#isLossy) return
    this.#isLossy = true
    this.onLossy()
  }

  /** Takes nothing more in, without a word to the server. */
  halt(error?: SightlineError): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#queue.end(error)
    this.#parts.transport.onRtp = this.#parts.transport.onRtcp = () => undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const { connection, transport, track } = this.#parts
    this.halt()
    transport[Symbol.dispose]()
    // Told, but not waited for: a server that hangs must not keep us.
    const timer = setTimeout(() => connection[Symbol.dispose](), farewellMs)
    connection
      .request('TEARDOWN', track.session, { isVital: false })
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timer)
        connection[Symbol.dispose]()
      })
  }
}
