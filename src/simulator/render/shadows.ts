import { type Camera, project, type Vector } from '../camera.ts'
import type { BodyPart } from '../skeleton.ts'
import { sun } from './limbs.ts'
import type { Picture } from './picture.ts'

/** How dark a full shadow is, 0…1: the sky still lights it. */
const darkness = 0.42

/**
 * Shadows of a whole frame. All limbs are collected in one mask first, so that where shadows overlap it is not
 * darker.
 */
export class ShadowLayer {
  readonly #width: number
  readonly #height: number
  readonly #mask: Uint8Array
  #left = 0
  #right = -1
  #top = 0
  #bottom = -1

  constructor(width: number, height: number) {
    this.#width = width
    this.#height = height
    this.#mask = new Uint8Array(width * height)
    this.#forget()
  }

  /** Adds the shadow that a limb throws on the ground. */
  add(
    camera: Camera,
    { from, to, fromRadius, toRadius }: Pick<BodyPart, 'from' | 'to' | 'fromRadius' | 'toRadius'>
  ): void {
    const a = onGround(camera, from)
    const b = onGround(camera, to)
    if (a.depth < 0.5 || b.depth < 0.5) return
    // Lying on the ground a shadow is foreshortened along the picture's height.
    const flat = Math.min(1, Math.abs(camera.forward[2]) * 1.3)
    this.#limb(a.u, a.v, (fromRadius * camera.focalPx) / a.depth, b.u, b.v, (toRadius * camera.focalPx) / b.depth, flat)
  }

  /** Darkens the picture where shadows lie and starts anew. */
  apply({ data }: Picture): void {
    for (let y = this.#top; y <= this.#bottom; y++) {
      const row = y * this.#width
      for (let x = this.#left; x <= this.#right; x++) {
        const cover = this.#mask[row + x]!
        if (cover === 0) continue
        this.#mask[row + x] = 0
        const keep = 1 - (darkness * cover) / 255
        const at = (row + x) * 4
        data[at] = data[at]! * keep
        data[at + 1] = data[at + 1]! * keep
        data[at + 2] = data[at + 2]! * (keep + (1 - keep) * 0.15) // The blue sky lights shadows.
      }
    }
    this.#forget()
  }

  #limb(u1: number, v1: number, r1: number, u2: number, v2: number, r2: number, flat: number): void {
    const stretch = 1 / flat
    const du = u2 - u1
    const dv = (v2 - v1) * stretch
    const lengthSquared = du * du + dv * dv
    const perLength = lengthSquared > 1e-9 ? 1 / lengthSquared : 0
    const soft = 1.2
    const left = Math.max(0, Math.floor(Math.min(u1 - r1, u2 - r2) - soft))
    const right = Math.min(this.#width - 1, Math.ceil(Math.max(u1 + r1, u2 + r2) + soft))
    const top = Math.max(0, Math.floor(Math.min(v1 - r1 * flat, v2 - r2 * flat) - soft))
    const bottom = Math.min(this.#height - 1, Math.ceil(Math.max(v1 + r1 * flat, v2 + r2 * flat) + soft))
    if (left > right || top > bottom) return
    this.#left = Math.min(this.#left, left)
    this.#right = Math.max(this.#right, right)
    this.#top = Math.min(this.#top, top)
    this.#bottom = Math.max(this.#bottom, bottom)
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const pu = x + 0.5 - u1
        const pv = (y + 0.5 - v1) * stretch
        const share = Math.max(0, Math.min(1, (pu * du + pv * dv) * perLength))
        const offU = pu - du * share
        const offV = pv - dv * share
        const cover = (r1 + (r2 - r1) * share - Math.sqrt(offU * offU + offV * offV) + soft) / (2 * soft)
        if (cover <= 0) continue
        const at = y * this.#width + x
        const value = Math.min(255, cover * 255)
        if (value > this.#mask[at]!) this.#mask[at] = value
      }
    }
  }

  #forget(): void {
    this.#left = this.#width
    this.#top = this.#height
    this.#right = -1
    this.#bottom = -1
  }
}

function onGround(camera: Camera, [x, y, z]: Vector) {
  return project(camera, x - (sun[0] / sun[2]) * z, y - (sun[1] / sun[2]) * z, 0)
}
