/** What one viewer's connection says about itself. */
export interface Outlet {
  /** Bytes that were sent and are not on their way yet. */
  readonly bufferedAmount: number
}

export interface PaceLimits {
  /** A viewer whose oldest waiting byte is older has fallen behind. */
  readonly mostBehindMs: number
  /** So has one for whom so much waits. A key frame has to fit in. */
  readonly mostBytes: number
  /** Nothing at all has been taken for so long: it is given up. */
  readonly mostStalledMs: number
}

export const paceLimits: PaceLimits = { mostBehindMs: 1000, mostBytes: 4 << 20, mostStalledMs: 10_000 }

/** Knows how far a viewer is behind with what it was sent. Reads no clock. */
export class ViewerPace {
  readonly #outlet: Outlet
  readonly #limits: PaceLimits
  /** When what was sent, and how many bytes had been sent with it. */
  readonly #waiting: { readonly atMs: number; readonly endBytes: number }[] = []
  #sentBytes = 0
  #takenBytes = 0
  #progressMs = Number.NEGATIVE_INFINITY

  constructor(outlet: Outlet, limits: PaceLimits) {
    this.#outlet = outlet
    this.#limits = limits
  }

  sent(bytes: number, nowMs: number): void {
    if (this.#waiting.length === 0) this.#progressMs = nowMs
    this.#sentBytes += bytes
    this.#waiting.push({ atMs: nowMs, endBytes: this.#sentBytes })
  }

  isBehind(nowMs: number): boolean {
    this.#look(nowMs)
    const [oldest] = this.#waiting
    if (!oldest) return false
    return nowMs - oldest.atMs > this.#limits.mostBehindMs || this.#outlet.bufferedAmount > this.#limits.mostBytes
  }

  isStalled(nowMs: number): boolean {
    this.#look(nowMs)
    return this.#waiting.length > 0 && nowMs - this.#progressMs > this.#limits.mostStalledMs
  }

  #look(nowMs: number): void {
    const { bufferedAmount } = this.#outlet
    const takenBytes = this.#sentBytes - bufferedAmount
    if (takenBytes > this.#takenBytes) this.#progressMs = nowMs
    this.#takenBytes = takenBytes
    // What waits counts headers that nobody told us of: once nothing does, everything is taken.
    while (this.#waiting.length > 0 && (bufferedAmount === 0 || this.#waiting[0]!.endBytes <= takenBytes))
      this.#waiting.shift()
  }
}
