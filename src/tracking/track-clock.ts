/** Frame times are whole milliseconds: a step this close to a whole number of frames is that many frames. */
const roundingMs = 1

/** Turns the times of frames into time that passed, whatever the times do. */
export class TrackClock {
  readonly intervalMs: number
  #lastPtsMs = Number.NaN

  /** @param fps nominal frames per second */
  constructor(fps: number) {
    this.intervalMs = 1000 / fps
  }

  /**
   * Milliseconds since the frame before, always finite and above 0. Where time stands still, runs backwards or is
   * no number, a frame has come nevertheless: one nominal interval passed, and the clock goes on from there.
   */
  tick(ptsMs: number): number {
    const elapsedMs = ptsMs - this.#lastPtsMs
    if (Number.isFinite(ptsMs)) this.#lastPtsMs = ptsMs
    return Number.isFinite(elapsedMs) && elapsedMs > 0 ? elapsedMs : this.intervalMs
  }

  /** Nominal frames that a time is worth: 1 for every frame of a video at constant rate. */
  steps(elapsedMs: number): number {
    const steps = elapsedMs / this.intervalMs
    const whole = Math.round(steps)
    return whole >= 1 && Math.abs(steps - whole) * this.intervalMs <= roundingMs ? whole : steps
  }
}
