/** Seconds from 1900, where NTP counts from, to 1970. */
const ntpEpochSeconds = 2_208_988_800

/** Makes RTP's wrapping timestamps into milliseconds, and into wall time once the sender reported it (RFC 3550 §6.4.1). */
export class RtpClock {
  readonly #clockRate: number
  /** The latest place on the wire that was heard of, by a picture or a report. */
  #last: { readonly timestamp: number; readonly ticks: number } | undefined
  #report: { readonly ticks: number; readonly wallMs: number } | undefined

  constructor(clockRate: number) {
    this.#clockRate = clockRate
  }

  /** Milliseconds on the sender's clock. Timestamps may step back a little, as B-frames do. */
  sourceMs(timestamp: number): number {
    return (this.#ticks(timestamp) * 1000) / this.#clockRate
  }

  /** Epoch milliseconds; undefined before the first report. */
  wallMs(timestamp: number): number | undefined {
    if (!this.#report) return undefined
    return this.#report.wallMs + ((this.#ticks(timestamp) - this.#report.ticks) * 1000) / this.#clockRate
  }

  /** A sender report: `ntp` is 32 bits of seconds and 32 of fractions. Senders without a clock say 0. */
  report(ntp: bigint, timestamp: number): void {
    const seconds = Number(ntp >> 32n)
    if (seconds === 0) return
    const wallMs = (seconds - ntpEpochSeconds) * 1000 + (Number(ntp & 0xffffffffn) * 1000) / 2 ** 32
    this.#report = { ticks: this.#ticks(timestamp), wallMs }
  }

  /** Another sender's timestamps begin anywhere: what was reported before is no longer true. */
  restart(): void {
    this.#report = undefined
  }

  #ticks(timestamp: number): number {
    const last = this.#last ?? { timestamp, ticks: timestamp }
    const step = (timestamp - last.timestamp) | 0 // The nearest way round.
    this.#last = { timestamp, ticks: last.ticks + step }
    return this.#last.ticks
  }
}
