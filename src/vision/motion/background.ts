import { LightMeter, type LumaSize, smooth } from './luma.ts'
import { backdrop, foreground } from './mask.ts'
import { ShadeFinder } from './shade.ts'
import { align, SwayMeter } from './sway.ts'

export interface BackgroundOptions {
  /** Luma levels by which a pixel must differ at least. Raise it to ignore fainter objects. */
  readonly minContrast: number
  /** Standard deviations of a pixel's own noise by which it must differ. Raise it for noisy cameras. */
  readonly noiseFactor: number
  /** Time at the start, and after a sudden change of light, in which nothing is reported. */
  readonly learnMs: number
  /** How long something must stand still before it belongs to the background. */
  readonly absorbMs: number
  /** Time constant of following slow changes of light. Raise it to see slower objects of less contrast. */
  readonly adaptMs: number
  /** Darkest shadow, as share of the light that was there: what is darker still is an object. */
  readonly shadowFloor: number
}

export const backgroundDefaults: BackgroundOptions = {
  minContrast: 11,
  noiseFactor: 5,
  learnMs: 800,
  absorbMs: 90_000,
  adaptMs: 8_000,
  shadowFloor: 0.6
}

const initialVariance = 16
const minVariance = 0.6
/** Keeps restless pixels (leaves, the edge of a shadow) from going blind. */
const maxVariance = 400
/** So many times faster than it grew, the memory of what stood at a pixel fades once the background is back. */
const forget = 8
/** Levels from which on a camera's curve flattens (after smoothing), so that exposure is no plain ratio. */
const clipping = 170
/** A change of light fills the picture between two frames; an object that comes close takes longer. */
const suddenMs = 400
const suddenShare = 0.6

/**
 * What a fixed camera sees when nothing moves: a running Gaussian for each pixel (Wren et al., Pfinder, 1997)
 * that only learns from pixels which fit, with the camera's exposure (`LightMeter`) and sway (`SwayMeter`) taken
 * out first and shadows given back (`ShadeFinder`), and a second mean per pixel that takes over once it was seen
 * long enough (a mixture of two in the way of Stauffer and Grimson, 1999). All rates are per second of media
 * time. Pure and synchronous.
 */
export class BackgroundModel {
  /** Expected luma, in levels, under the light of `gain` = 1. */
  readonly mean: Float32Array
  /** The picture given last, smoothed. */
  readonly picture: Float32Array
  /** Light of the last picture relative to `mean`. */
  gain = 1
  /** `backdrop` or `foreground` for each pixel of the last picture. */
  readonly mask: Uint8Array
  /** |picture − expected| as a share of what an object must differ by, in the last picture. */
  readonly excess: Float32Array
  /** How long each pixel has shown what it shows now, as far as it is not background. */
  readonly stillMs: Float32Array
  readonly #variance: Float32Array
  readonly #other: Float32Array
  readonly #scratch: Uint16Array
  readonly #shade: ShadeFinder
  readonly #ignored: Uint8Array
  readonly #light = new LightMeter()
  readonly #sway: SwayMeter
  readonly #smoothed: Float32Array
  /** How often it began anew: once at the start, then at each sudden change of light. */
  relearned = 0
  readonly #size: LumaSize
  readonly #options: BackgroundOptions
  #lastMs: number | undefined
  #learnUntilMs = 0
  #calmMs = Number.NEGATIVE_INFINITY

  /** `ignored` holds 1 for each pixel that is never an object. */
  constructor(size: LumaSize, ignored: Uint8Array, options: BackgroundOptions = backgroundDefaults) {
    const pixels = size.width * size.height
    this.#size = size
    this.#ignored = ignored
    this.#options = options
    this.#sway = new SwayMeter(size)
    this.#smoothed = new Float32Array(pixels)
    this.mean = new Float32Array(pixels)
    this.picture = new Float32Array(pixels)
    this.mask = new Uint8Array(pixels)
    this.excess = new Float32Array(pixels)
    this.stillMs = new Float32Array(pixels)
    this.#variance = new Float32Array(pixels)
    this.#other = new Float32Array(pixels)
    this.#scratch = new Uint16Array(pixels)
    this.#shade = new ShadeFinder(size, options.shadowFloor)
  }

  /** True while what it sees is only learned from, and `mask` says nothing yet. */
  get learning(): boolean {
    return this.#lastMs === undefined || this.#lastMs < this.#learnUntilMs
  }

  /** How far the last picture lay to the right of and below the background, in pixels: a camera that sways. */
  get sway(): { readonly x: number; readonly y: number } {
    return this.#sway
  }

  /** Compares the next picture, shown at `ptsMs`, with the background, and learns from it. */
  apply(luma: Uint8Array, ptsMs: number): void {
    smooth(luma, this.#smoothed, this.#scratch, this.#size)
    const stepMs = this.#lastMs === undefined ? -1 : ptsMs - this.#lastMs
    this.#lastMs = ptsMs
    // A first picture, or a time that ran backwards: another recording.
    if (stepMs < 0) {
      this.#restart(ptsMs)
      return
    }
    this.#settle(ptsMs)
    const differing = this.#compare()
    if (ptsMs < this.#learnUntilMs) this.#learn(stepMs)
    else if (differing - this.#shade.clear(this.mask, this.picture, this.mean, this.gain) <= suddenShare) {
      this.#calmMs = ptsMs
      this.#adapt(stepMs)
    } else if (ptsMs - this.#calmMs <= Math.max(suddenMs, stepMs)) this.#restart(ptsMs)
    else this.#adapt(stepMs)
  }

  /** Takes what the last picture shows at the given pixel as background from now on. */
  accept(at: number): void {
    this.mean[at] = this.picture[at]! / this.gain
    this.#variance[at] = initialVariance
    this.stillMs[at] = 0
    this.mask[at] = backdrop
  }

  /** Marks what differs and returns its share of the picture. */
  #compare(): number {
    const { mean, picture, mask, excess } = this
    const [variance, ignored] = [this.#variance, this.#ignored]
    const { minContrast, noiseFactor } = this.#options
    const gain = this.gain
    const noise2 = noiseFactor * noiseFactor
    let differing = 0
    for (let at = 0; at < picture.length; at++) {
      const usual = mean[at]!
      const expected = usual * gain
      const seen = picture[at]!
      let difference = Math.abs(seen - expected)
      // Highlights clip: what was burnt out before, or is now, may look as bright as it did.
      if (usual > clipping || expected > clipping) {
        difference = Math.max(0, Math.min(usual, expected) - seen, seen - Math.max(usual, expected))
      }
      const spread2 = noise2 * variance[at]!
      const needed = spread2 > minContrast * minContrast ? Math.sqrt(spread2) : minContrast
      const share = difference / needed
      excess[at] = share
      const now = share < 1 || ignored[at] !== 0 ? backdrop : foreground
      mask[at] = now
      differing += now
    }
    return differing / picture.length
  }

  /** While learning, whatever is seen longest is the background: somebody who walks through does not stay in it. */
  #learn(stepMs: number): void {
    this.#follow(stepMs, this.#options.learnMs / 4, this.#options.learnMs / 3)
    this.mask.fill(backdrop)
  }

  #adapt(stepMs: number): void {
    this.#follow(stepMs, this.#options.adaptMs, 2 * this.#options.absorbMs)
  }

  #follow(stepMs: number, adaptMs: number, absorbMs: number): void {
    const { mean, picture, mask, gain, stillMs } = this
    const [variance, other] = [this.#variance, this.#other]
    const rate = 1 - Math.exp(-stepMs / adaptMs)
    const { minContrast } = this.#options
    // The new light becomes the usual one as slowly as everything else.
    const fold = gain ** rate
    const light = gain / fold
    for (let at = 0; at < picture.length; at++) {
      const seen = picture[at]! / light
      mean[at]! *= fold
      if (mask[at] === backdrop) {
        const difference = seen - mean[at]!
        mean[at]! += rate * difference
        const moved = variance[at]! + rate * (difference * difference - variance[at]!)
        variance[at] = Math.max(minVariance, Math.min(maxVariance, moved))
        if (stillMs[at]! > 0) stillMs[at] = Math.max(0, stillMs[at]! - forget * stepMs)
        continue
      }
      const difference = seen - other[at]!
      if (difference < minContrast && difference > -minContrast) {
        stillMs[at]! += stepMs
        other[at]! += 0.2 * difference
        if (stillMs[at]! >= absorbMs) this.accept(at)
      } else {
        stillMs[at]! -= 2 * stepMs
        if (stillMs[at]! <= 0) {
          stillMs[at] = 0
          other[at] = seen
        }
      }
    }
    this.gain = light
  }

  /** Takes the camera's exposure and sway out of the picture. */
  #settle(ptsMs: number): void {
    const [smoothed, sway] = [this.#smoothed, this.#sway]
    this.gain = this.#light.measure(smoothed, this.mean, this.mask)
    sway.measure(smoothed, this.mean, this.gain, this.mask, ptsMs)
    if (Math.hypot(sway.x, sway.y) < 0.1) this.picture.set(smoothed)
    else align(smoothed, this.picture, this.mean, this.gain, sway.x, sway.y, this.#size)
  }

  #restart(ptsMs: number): void {
    this.gain = 1
    this.#sway.reset()
    this.picture.set(this.#smoothed)
    this.mean.set(this.picture)
    this.#variance.fill(initialVariance)
    this.stillMs.fill(0)
    this.mask.fill(backdrop)
    this.#learnUntilMs = ptsMs + this.#options.learnMs
    this.#calmMs = ptsMs
    this.relearned++
  }
}
