import type { AccessUnit } from './sources/source.ts'

/** Wall and steady clock at time 0 of a stream. */
export interface MediaOrigin {
  /** Epoch milliseconds, where the camera says; all streams of a camera go by one clock. */
  readonly wallMs: number | undefined
  /** `performance.now()` when its picture came, or would have. */
  readonly arrivedMs: number
}

/** By so much a camera's clock may be slower than ours, of the time that goes by: more than bad quartz has. */
const mostDrift = 0.0002
/**
 * Beyond this the cameras' clocks are not one, or wrong. Raise it where large streams come later than that: they go by their
 * arrival then.
 */
const mostApartMs = 2000

/**
 * Where a live stream's time begins, as its pictures tell: by arrival it is the earliest that any of them made likely, since
 * what came late says nothing, and by the camera's clock what its latest report says.
 */
export class OriginEstimate {
  #origin: MediaOrigin | undefined
  #lastMs = 0

  /** Undefined before the first picture. */
  get origin(): MediaOrigin | undefined {
    return this.#origin
  }

  /** A picture of media time `atMs`, in milliseconds. */
  heard({ arrivedMs, wallMs }: Pick<AccessUnit, 'arrivedMs' | 'wallMs'>, atMs: number): void {
    const beganMs = arrivedMs - atMs
    const before = this.#origin
    // A clock that is slower than ours has to be followed all the same.
    const latestMs = before ? before.arrivedMs + Math.max(0, arrivedMs - this.#lastMs) * mostDrift : beganMs
    this.#origin = {
      wallMs: wallMs === undefined ? before?.wallMs : wallMs - atMs,
      arrivedMs: Math.min(beganMs, latestMs)
    }
    this.#lastMs = arrivedMs
  }
}

/** What is to be added to a stream's times to have them in another's. */
export function addedBetween(from: MediaOrigin, to: MediaOrigin): number {
  const byArrivalMs = from.arrivedMs - to.arrivedMs
  if (from.wallMs === undefined || to.wallMs === undefined) return byArrivalMs
  const byWallMs = from.wallMs - to.wallMs
  return Math.abs(byWallMs - byArrivalMs) > mostApartMs ? byArrivalMs : byWallMs
}
