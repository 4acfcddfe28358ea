/** Observations in a window at most: with more, the oldest leave it early. */
const maxSamples = 64
/** A speed is believed from a window that is full to this share, with so many observations. */
const minShare = 0.5
const minSamples = 4

/**
 * One track's way, smoothed. A place is the mean of a window's observations; it adds to the distance when it lies a
 * step away from the last that did, so that a standing track's tremble is no way. A speed is the slope of the
 * straight line fitted to the window by least squares (a Savitzky-Golay filter of order 1).
 */
export class Walk {
  speed = 0
  readonly #windowMs: number
  readonly #times: number[] = []
  readonly #xs: number[] = []
  readonly #ys: number[] = []
  /** The place up to which the distance is counted; none before the first. */
  #from: readonly [x: number, y: number] | undefined
  #minStep = 0
  #distance = 0
  #peakSpeed = 0
  #firstMs = Number.NaN
  #lastMs = Number.NaN

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  observe(clockMs: number, x: number, y: number, minStep: number): void {
    if (Number.isNaN(this.#firstMs)) this.#firstMs = clockMs
    this.#lastMs = clockMs
    this.#minStep = minStep
    this.#times.push(clockMs)
    this.#xs.push(x)
    this.#ys.push(y)
    while (this.#times[0]! < clockMs - this.#windowMs || this.#times.length > maxSamples) this.#shift()
    this.#advance(this.#minStep)
    this.#measureSpeed()
  }

  /** What comes next is not known to follow from what was. */
  interrupt(): void {
    this.#settle()
    this.#from = undefined
    this.speed = 0
  }

  finish(): { readonly distance: number; readonly durationMs: number; readonly peakSpeed: number } {
    this.#settle()
    return { distance: this.#distance, durationMs: this.#lastMs - this.#firstMs, peakSpeed: this.#peakSpeed }
  }

  /** The window closes on its last quarter, so that the end of the way counts as its beginning did. */
  #settle(): void {
    while (this.#times.length > 1 && this.#times[0]! < this.#lastMs - this.#windowMs / 4) {
      this.#shift()
      this.#advance(this.#minStep)
    }
    if (this.#distance > 0) this.#advance(0)
    this.#times.length = this.#xs.length = this.#ys.length = 0
  }

  #advance(minStep: number): void {
    const place = [mean(this.#xs), mean(this.#ys)] as const
    const step = this.#from ? Math.hypot(place[0] - this.#from[0], place[1] - this.#from[1]) : 0
    if (this.#from && step < minStep) return
    this.#distance += step
    this.#from = place
  }

  #measureSpeed(): void {
    const times = this.#times
    const spanMs = times.at(-1)! - times[0]!
    if (times.length < minSamples || spanMs < minShare * this.#windowMs) return
    const middle = mean(times)
    let [square, alongX, alongY] = [0, 0, 0]
    times.forEach((time, at) => {
      const off = time - middle
      square += off * off
      alongX += off * this.#xs[at]!
      alongY += off * this.#ys[at]!
    })
    this.speed = square > 0 ? (Math.hypot(alongX, alongY) * 1000) / square : 0
    this.#peakSpeed = Math.max(this.#peakSpeed, this.speed)
  }

  #shift(): void {
    this.#times.shift()
    this.#xs.shift()
    this.#ys.shift()
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
