import type { LumaSize } from './luma.ts'

/** Largest sway that is followed, as share of the picture's width; beyond, the camera has been turned. */
const reach = 0.05
/** Edges to align by: at most so many, each with at least this slope of luma per pixel. */
const anchors = 1500
const fewestAnchors = 60
const minSlope = 6
/** How often the edges are chosen anew from the background, which changes slowly. */
const chooseMs = 1_000
const iterations = 3
/** A difference beyond this many levels says little about where the edge went. */
const trustedLevels = 24
/** The picture is left as it is unless aligning takes away this share of the differences along edges. */
const minGain = 0.15

/**
 * By how much the picture has moved against the background: a camera on a pole sways and sinks, and every edge
 * would be an object. Finds one translation by Gauss–Newton on the background's strongest edges, starting from
 * the last one (Lucas and Kanade, 1981), with large differences weighted down. `x` and `y` are in pixels.
 */
export class SwayMeter {
  x = 0
  y = 0
  readonly #size: LumaSize
  readonly #at = new Int32Array(anchors)
  #count = 0
  #chosenMs = Number.NEGATIVE_INFINITY

  constructor(size: LumaSize) {
    this.#size = size
  }

  reset(): void {
    this.x = 0
    this.y = 0
    this.#chosenMs = Number.NEGATIVE_INFINITY
  }

  /** Updates `x` and `y`. `objects` marks the pixels, of the background's grid, that showed objects before. */
  measure(picture: Float32Array, background: Float32Array, gain: number, objects: Uint8Array, ptsMs: number): void {
    if (ptsMs - this.#chosenMs >= chooseMs) this.#choose(background, ptsMs)
    if (this.#count < fewestAnchors) return
    let [x, y] = [this.x, this.y]
    for (let i = 0; i < iterations; i++) {
      const step = this.#step(picture, background, gain, objects, x, y)
      x += step[0]
      y += step[1]
      if (Math.abs(step[0]) + Math.abs(step[1]) < 0.02) break
    }
    const misfit = (x: number, y: number) => this.#misfit(picture, background, gain, objects, x, y)
    const resting = (1 - minGain) * misfit(0, 0)
    const before = misfit(this.x, this.y)
    const found = Math.hypot(x, y) > reach * this.#size.width ? Number.POSITIVE_INFINITY : misfit(x, y)
    if (Math.min(found, before) > resting) [x, y] = [0, 0]
    else if (found > before) [x, y] = [this.x, this.y]
    this.x = x
    this.y = y
  }

  #choose(background: Float32Array, ptsMs: number): void {
    const { width, height } = this.#size
    this.#chosenMs = ptsMs
    const margin = Math.ceil(reach * width) + 2
    // Every so many rows first, so that edges from all over the picture are taken.
    let count = 0
    for (let offset = 0; offset < 8 && count < anchors; offset++) {
      for (let y = margin + ((offset * 5) % 8); y < height - margin && count < anchors; y += 8) {
        for (let at = y * width + margin; at < (y + 1) * width - margin && count < anchors; at++) {
          const across = background[at + 1]! - background[at - 1]!
          const down = background[at + width]! - background[at - width]!
          if (across * across + down * down > 4 * minSlope * minSlope) this.#at[count++] = at
        }
      }
    }
    this.#count = count
  }

  #step(
    picture: Float32Array,
    background: Float32Array,
    gain: number,
    objects: Uint8Array,
    x: number,
    y: number
  ): readonly [number, number] {
    const { width } = this.#size
    let [xx, xy, yy, xd, yd, weights] = [0, 0, 0, 0, 0, 0]
    for (let i = 0; i < this.#count; i++) {
      const at = this.#at[i]!
      if (objects[at] !== 0) continue
      const across = (gain * (background[at + 1]! - background[at - 1]!)) / 2
      const down = (gain * (background[at + width]! - background[at - width]!)) / 2
      const difference = background[at]! * gain - sample(picture, at, x, y, width)
      const weight = 1 / (1 + (difference / trustedLevels) ** 2)
      xx += weight * across * across
      xy += weight * across * down
      yy += weight * down * down
      xd += weight * across * difference
      yd += weight * down * difference
      weights += weight
    }
    // Holds still the direction in which no edge says anything.
    xx += weights
    yy += weights
    const determinant = xx * yy - xy * xy
    if (!(determinant > 0)) return [0, 0]
    const limit = (step: number) => Math.max(-2, Math.min(2, step))
    return [limit((yy * xd - xy * yd) / determinant), limit((xx * yd - xy * xd) / determinant)]
  }

  #misfit(
    picture: Float32Array,
    background: Float32Array,
    gain: number,
    objects: Uint8Array,
    x: number,
    y: number
  ): number {
    let sum = 0
    for (let i = 0; i < this.#count; i++) {
      const at = this.#at[i]!
      if (objects[at] !== 0) continue
      sum += Math.min(trustedLevels, Math.abs(background[at]! * gain - sample(picture, at, x, y, this.#size.width)))
    }
    return sum
  }
}

/** Shifts `picture` back by the sway into `target`; what was out of view takes `background` under the same light. */
export function align(
  picture: Float32Array,
  target: Float32Array,
  background: Float32Array,
  gain: number,
  x: number,
  y: number,
  { width, height }: LumaSize
): void {
  const [dx, dy] = [Math.floor(x), Math.floor(y)]
  const [fx, fy] = [x - dx, y - dy]
  const [a, b, c, d] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy]
  const [first, last] = [Math.max(0, -dx), Math.min(width, width - 1 - dx)]
  for (let row = 0; row < height; row++) {
    const inside = row + dy >= 0 && row + dy + 1 < height
    for (let column = 0; column < width; column++) {
      const at = row * width + column
      if (!inside || column < first || column >= last) {
        target[at] = background[at]! * gain
        continue
      }
      const from = at + dy * width + dx
      target[at] =
        a * picture[from]! + b * picture[from + 1]! + c * picture[from + width]! + d * picture[from + width + 1]!
    }
  }
}

/** Anchors keep a margin from the border, so that this never reads outside. */
function sample(picture: Float32Array, at: number, x: number, y: number, width: number): number {
  const [dx, dy] = [Math.floor(x), Math.floor(y)]
  const [fx, fy] = [x - dx, y - dy]
  const from = at + dy * width + dx
  const above = picture[from]! * (1 - fx) + picture[from + 1]! * fx
  return above * (1 - fy) + (picture[from + width]! * (1 - fx) + picture[from + width + 1]! * fx) * fy
}
