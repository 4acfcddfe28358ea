/** `lowest`: every picture at once, boxes follow. `exact`: pictures wait until their boxes are there. */
export type PlayoutMode = 'lowest' | 'exact'

export interface PlayoutOptions {
  /** Boxes of so many pictures are looked at: the more, the steadier. */
  readonly samples?: number
  /** On top of the measured time: one picture of 60 a second. */
  readonly marginMs?: number
  /** Nobody wants to wait longer than this, whatever the detector does. Receivers take at most 4000. */
  readonly mostMs?: number
}

const defaults: Required<PlayoutOptions> = { samples: 120, marginMs: 16, mostMs: 2000 }
/** Changes of less are not worth a jerk in the picture. */
const stepMs = 20
/** Receivers show pictures earlier than they were told by what they set aside for decoding: never by more than this. */
const mostGapMs = 250
/** So many samples in a row have to lie below before the hold is shortened: it is lengthened at once. */
const patience = 30

/** How long pictures are held back so that 95 of 100 come with their boxes. Pure. */
export class Playout {
  mode: PlayoutMode
  readonly #options: Required<PlayoutOptions>
  readonly #lags: number[] = []
  #next = 0
  #heldMs = 0
  #calm = 0
  #gapMs = 0

  constructor(mode: PlayoutMode = 'exact', options: PlayoutOptions = {}) {
    this.mode = mode
    this.#options = { ...defaults, ...options }
  }

  /** A picture's boxes came `lagMs` after the picture itself, which waited for `waitedMs` under what `targetMs` was then. */
  observe(lagMs: number, waitedMs = this.targetMs): void {
    const gapMs = Math.min(mostGapMs, Math.max(0, this.targetMs - waitedMs))
    if (this.mode === 'exact') this.#gapMs += (gapMs - this.#gapMs) / 16
    const { samples, marginMs, mostMs } = this.#options
    this.#lags[this.#next % samples] = lagMs
    this.#next++
    const wantedMs = Math.min(mostMs, Math.max(0, Math.ceil((this.p95Ms + marginMs) / stepMs) * stepMs))
    this.#calm = wantedMs < this.#heldMs ? this.#calm + 1 : 0
    if (wantedMs > this.#heldMs || this.#calm >= patience) {
      this.#heldMs = wantedMs
      this.#calm = 0
    }
  }

  /** Another way of viewing, or another stream: what was measured says nothing any more. */
  reset(): void {
    this.#lags.length = this.#next = this.#heldMs = this.#calm = this.#gapMs = 0
  }

  /** 95th percentile (nearest rank) of what was observed; 0 before anything was. */
  get p95Ms(): number {
    const sorted = Float64Array.from(this.#lags).sort()
    return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0
  }

  /** What pictures wait between their arrival and the screen. */
  get heldMs(): number {
    return this.mode === 'exact' ? this.#heldMs : 0
  }

  /** What the receiver is to be told so that they do. */
  get targetMs(): number {
    return this.mode === 'exact' && this.#heldMs > 0 ? this.#heldMs + Math.round(this.#gapMs / stepMs) * stepMs : 0
  }
}
