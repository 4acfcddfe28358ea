import { type Camera, lookAt, type Vector } from '../camera.ts'
import type { Ball } from '../scene.ts'
import { clamp } from './places.ts'

export type CameraStyle = 'still' | 'pan' | 'zoom'

/** The gantry over the near touchline. */
const gantry: Vector = [0, -66, 17]
const stillTarget = { x: 24, y: -3 }
/** Focal length in image widths: shows about 34 m of pitch in the middle, people 50 to 100 pixels tall at 720 lines. */
const focal = 2
/** How quickly the operator follows, 1/s; more is livelier and less calm. */
const follow = 1.5

/** Where the play is drawn to, so that it stays before a camera that does not move. */
export function focusOf(style: CameraStyle): number | undefined {
  return style === 'still' ? stillTarget.x - 4 : undefined
}

/** Points a broadcast camera: held still, turned after the ball, or turned and zoomed. Critically damped, so never shaky. */
export class CameraOperator {
  readonly #style: CameraStyle
  readonly #width: number
  readonly #height: number
  #x = 0
  #y = 0
  #vx = 0
  #vy = 0
  #seconds = 0
  #camera: Camera | undefined

  /** A still camera points at `still`, by default at the right half. */
  constructor(style: CameraStyle, width: number, height: number, ball: Ball, still = stillTarget) {
    this.#style = style
    this.#width = width
    this.#height = height
    if (style === 'still') {
      this.#x = still.x
      this.#y = still.y
    } else {
      this.#x = clamp(ball.x, -34, 34)
      this.#y = -3 + ball.y * 0.3
    }
  }

  step(dt: number, ball: Ball): void {
    this.#seconds += dt
    if (this.#style === 'still') return
    const ax = follow * follow * (clamp(ball.x, -34, 34) - this.#x) - 2 * follow * this.#vx
    const ay = follow * follow * (-3 + ball.y * 0.3 - this.#y) - 2 * follow * this.#vy
    this.#vx += ax * dt
    this.#vy += ay * dt
    this.#x += this.#vx * dt
    this.#y += this.#vy * dt
  }

  camera(): Camera {
    // One object while nothing changes: what was painted for it can be kept.
    if (this.#style === 'still' && this.#camera) return this.#camera
    const zoom = this.#style === 'zoom' ? 1.25 + 0.3 * Math.sin(this.#seconds * 0.7 - 1) : 1
    this.#camera = lookAt(gantry, [this.#x, this.#y, 0], focal * zoom * this.#width, this.#width, this.#height)
    return this.#camera
  }
}
