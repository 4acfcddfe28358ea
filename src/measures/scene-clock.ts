/** A jump of time beyond this, forwards or back, is a break: ten minutes without a frame. */
export const breakMs = 600_000

/** The clock of measures. It adds up the steps between frames, so what it measures is never negative. */
export class SceneClock {
  /** Milliseconds since the first frame, breaks and steps backwards left out. */
  nowMs = 0
  stepMs = 0
  isBreak = false
  /** Of the last frame: media time in whole milliseconds. */
  ptsMs = 0
  #hasBegun = false

  /** A frame of this media time; a time that is no number counts as that of the frame before. */
  tick(ptsMs: number): void {
    const time = Number.isFinite(ptsMs) ? Math.round(ptsMs) : this.ptsMs
    const step = this.#hasBegun ? time - this.ptsMs : 0
    this.#hasBegun = true
    this.ptsMs = time
    this.isBreak = Math.abs(step) > breakMs
    this.stepMs = this.isBreak ? 0 : Math.max(0, step)
    this.nowMs += this.stepMs
  }
}
