import { SightlineError } from '../../core/errors.ts'
import type { PixelRequest } from '../../core/fit.ts'

export interface MotionGateOptions {
  /** The detector runs at least this often, so that still objects are confirmed. Raise it to save more. */
  readonly reconfirmMs: number
  /** How long detection goes on after the last motion, so that trackers settle. */
  readonly holdMs: number
  /** Luma levels by which a cell must change on average. Raise it to stay closed for fainter movement. */
  readonly minContrast: number
  /** How many times its own restlessness (leaves, noise, compression) a cell must change by on top of it. */
  readonly noiseFactor: number
  /** Sway, of the camera or of somebody who stands, that is no motion, in pixels of 160 across the frame. */
  readonly swayPx: number
  /** How many cells, of the 880 in a frame, must change together; a cell that changed twice what it must counts alone. */
  readonly minCells: number
}

export const motionGateDefaults: MotionGateOptions = {
  reconfirmMs: 5_000,
  holdMs: 600,
  minContrast: 5,
  noiseFactor: 3,
  swayPx: 0.75,
  minCells: 3
}

const width = 160
const height = 88
/** Side of a cell: a square of 1 % of the frame's height² covers about five. */
const cellPx = 4
const columns = width / cellPx
const rows = height / cellPx
/** Ratios of luma are counted in steps of 1/256, where there is light enough for a ratio. */
const ratioSteps = 256
const darkest = 24
/** A cell that changed by this many times what it must opens the gate without a neighbour. */
const loneFactor = 2
/** Restlessness follows within this time, up to this many levels: beyond, it is traffic and no leaves. */
const restlessMs = 4_000
const mostRestless = 5

/**
 * Decides which frames the detector has to see. It compares each picture with the one that was last given to the
 * detector, not with the one before: while both look the same, what was found then is true now, and however
 * slowly somebody walks, the differences add up until the gate opens. Cells of 4×4 pixels are compared after the
 * frame's change of light is taken out, each against its own restlessness, the running median of its changes
 * while nothing happened (which those who pass through hardly raise). Pure, synchronous, well under 0.2 ms a frame.
 */
export class MotionGate {
  readonly request: PixelRequest = { width, height, format: 'gray8', mode: 'stretch', pad: 0 }
  readonly #options: MotionGateOptions
  readonly #reference = new Uint8Array(width * height)
  readonly #restless = new Float32Array(columns * rows).fill(1)
  readonly #slopes = new Float32Array(columns * rows)
  readonly #changed = new Float32Array(columns * rows)
  readonly #ratios = new Uint32Array(4 * ratioSteps)
  readonly #expected = new Float32Array(256)
  #lastMs = Number.NaN
  #detectedMs = Number.NEGATIVE_INFINITY
  #movedMs = Number.NEGATIVE_INFINITY
  #counts = { detect: 0, unchanged: 0, motion: 0, hold: 0, reconfirm: 0 }

  /** Throws SL_OPTION_INVALID for options that are negative or no number. */
  constructor(options: Partial<MotionGateOptions> = {}) {
    this.#options = { ...motionGateDefaults, ...options }
    for (const [name, value] of Object.entries(this.#options)) {
      if (!(value >= 0 && Number.isFinite(value))) {
        throw new SightlineError(
          'SL_OPTION_INVALID',
          `The motion gate's ${name} is ${value}: give a number of 0 or more.`
        )
      }
    }
  }

  /**
   * `unchanged`: what the detector found last is still true. `luma` is the next frame's picture of `request`'s
   * size, shown at `ptsMs`. A time that runs backwards begins anew. `isBusy`: the detector has others to see to, and what only
   * confirms may wait as long again.
   */
  decide(luma: Uint8Array, ptsMs: number, isBusy = false): 'detect' | 'unchanged' {
    const { reconfirmMs, holdMs } = this.#options
    const stepMs = ptsMs - this.#lastMs
    this.#lastMs = ptsMs
    // Not a number for the first frame.
    if (!(stepMs >= 0)) {
      this.#movedMs = Number.NEGATIVE_INFINITY
      return this.#detect(luma, ptsMs, 'reconfirm')
    }
    this.#compare(luma)
    const moved = this.#moved()
    this.#learn(stepMs)
    if (moved) {
      this.#movedMs = ptsMs
      return this.#detect(luma, ptsMs, 'motion')
    }
    if (ptsMs - this.#movedMs <= holdMs) return this.#detect(luma, ptsMs, 'hold')
    if (ptsMs - this.#detectedMs >= (isBusy ? 2 : 1) * reconfirmMs) return this.#detect(luma, ptsMs, 'reconfirm')
    this.#counts.unchanged++
    return 'unchanged'
  }

  /** True while neither motion nor the time that it is held for has the gate open. */
  get isStill(): boolean {
    return !(this.#lastMs - this.#movedMs <= this.#options.holdMs)
  }

  /** Whether a picture looks as what was given to the detector last. Nothing is learned from it. */
  resembles(luma: Uint8Array): boolean {
    this.#compare(luma)
    return !this.#moved()
  }

  /** Frames by decision (`detect`, `unchanged`), and those to detect by reason (`motion`, `hold`, `reconfirm`). */
  snapshot(): Record<string, number> {
    return { ...this.#counts }
  }

  #detect(luma: Uint8Array, ptsMs: number, reason: 'motion' | 'hold' | 'reconfirm'): 'detect' {
    this.#reference.set(luma)
    this.#survey()
    this.#detectedMs = ptsMs
    this.#counts.detect++
    this.#counts[reason]++
    return 'detect'
  }

  /** Mean absolute change of each cell's pixels in levels, without what the whole frame changed by. */
  #compare(luma: Uint8Array): void {
    const [reference, changed, expected] = [this.#reference, this.#changed, this.#expected]
    const light = this.#light(luma)
    for (let level = 0; level < 256; level++) expected[level] = Math.min(255, level * light)
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = 0
        const first = row * cellPx * width + column * cellPx
        for (let at = first; at < first + cellPx * width; at += width) {
          const a = luma[at]! - expected[reference[at]!]!
          const b = luma[at + 1]! - expected[reference[at + 1]!]!
          const c = luma[at + 2]! - expected[reference[at + 2]!]!
          const d = luma[at + 3]! - expected[reference[at + 3]!]!
          sum += (a < 0 ? -a : a) + (b < 0 ? -b : b) + (c < 0 ? -c : c) + (d < 0 ? -d : d)
        }
        changed[row * columns + column] = sum / (cellPx * cellPx)
      }
    }
  }

  /** Median ratio of the frame's luma to the reference's: light and exposure, as long as most of the frame stays what it is. */
  #light(luma: Uint8Array): number {
    const ratios = this.#ratios.fill(0)
    const reference = this.#reference
    let counted = 0
    for (let at = 0; at < luma.length; at += 7) {
      const before = reference[at]!
      if (before < darkest) continue
      ratios[Math.min(ratios.length - 1, Math.round((ratioSteps * luma[at]!) / before))]!++
      counted++
    }
    if (counted === 0) return 1
    let below = 0
    let step = 0
    while (below + ratios[step]! < counted / 2) below += ratios[step++]!
    return step / ratioSteps
  }

  /** Mean slope of each cell in levels per pixel: what a shift by one pixel would change. */
  #survey(): void {
    const [reference, slopes] = [this.#reference, this.#slopes.fill(0)]
    for (let row = 0; row < height - 1; row++) {
      const first = Math.floor(row / cellPx) * columns
      for (let column = 0; column < width - 1; column++) {
        const at = row * width + column
        const across = reference[at + 1]! - reference[at]!
        const down = reference[at + width]! - reference[at]!
        slopes[first + (column >> 2)]! += (across < 0 ? -across : across) + (down < 0 ? -down : down)
      }
    }
    for (let cell = 0; cell < slopes.length; cell++) slopes[cell]! /= cellPx * cellPx
  }

  #moved(): boolean {
    const [changed, restless, slopes] = [this.#changed, this.#restless, this.#slopes]
    const { minContrast, noiseFactor, swayPx, minCells } = this.#options
    let cells = 0
    for (let cell = 0; cell < changed.length; cell++) {
      // What rest and sway alone change is no evidence: only what comes on top of them counts.
      const usual = restless[cell]!
      const needed = usual + Math.max(minContrast, noiseFactor * usual) + swayPx * slopes[cell]!
      if (changed[cell]! < needed) continue
      if (changed[cell]! >= loneFactor * needed) return true
      if (++cells >= minCells) return true
    }
    return false
  }

  /** Steps each cell's restlessness towards the median of its changes. */
  #learn(stepMs: number): void {
    const [changed, restless] = [this.#changed, this.#restless]
    const share = Math.min(0.2, stepMs / restlessMs)
    for (let cell = 0; cell < changed.length; cell++) {
      const usual = restless[cell]!
      const step = share * Math.max(0.5, usual)
      restless[cell] = changed[cell]! > usual ? Math.min(mostRestless, usual + step) : Math.max(0.25, usual - step)
    }
  }
}
