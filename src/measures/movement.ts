import type { Anchor } from '../contract/measure-definition.ts'
import type { Stage } from '../core/stage.ts'
import { defaultAnchor } from './anchor.ts'
import type { Calibration } from './calibration.ts'
import type { Scene } from './scene.ts'
import { Walk } from './walk.ts'

export const movementDefaults = {
  /** Length of the window that places are averaged and speeds fitted over. Raise it against noise, lower it for sprints. */
  windowMs: 1000,
  /** Metres on the ground that smoothed places must lie apart to count as way. Raise it where people stand a lot. */
  minStepMetres: 0.4,
  /** The same without a calibration, in heights of the track's box. */
  minStepOfBox: 0.25
} as const

export interface MovementOptions {
  /** The frame's height in pixels, the unit without a calibration. */
  readonly heightPx: number
  readonly aspect: number
  readonly calibration?: Calibration | undefined
  readonly anchor?: Anchor
  readonly windowMs?: number
  readonly minStepMetres?: number
  readonly minStepOfBox?: number
}

/** A track's way. */
export interface TrackMovement {
  readonly trackId: number
  readonly label: string
  readonly unit: 'metres' | 'pixels'
  readonly distance: number
  /** First to last observation. */
  readonly durationMs: number
  /** Units a second: distance over duration; 0 for a track seen once. */
  readonly meanSpeed: number
  readonly peakSpeed: number
}

/** How far and how fast tracks went. Says it when a track is over. Rules V1…V7 of docs/spec/measures.md. */
export class Movement implements Stage<Scene, TrackMovement> {
  readonly name = 'movement@1'
  readonly #options: Required<Omit<MovementOptions, 'calibration'>> & Pick<MovementOptions, 'calibration'>
  readonly #walks = new Map<number, Walk>()
  #scene: Scene | undefined

  constructor(options: MovementOptions) {
    this.#options = { ...movementDefaults, anchor: defaultAnchor, ...options }
  }

  process(scene: Scene): readonly TrackMovement[] {
    this.#scene = scene
    const over: TrackMovement[] = []
    for (const slot of scene.ended) {
      const walk = this.#walks.get(slot)
      if (walk) over.push(this.#result(scene, slot, walk))
      this.#walks.delete(slot)
    }
    if (scene.isBreak) for (const walk of this.#walks.values()) walk.interrupt()
    const points = scene.points(this.#options.anchor)
    for (let row = 0; row < scene.rows.count; row++) {
      if (scene.rows.observed[row] === 1) this.#step(scene, row, points[row * 2]!, points[row * 2 + 1]!)
    }
    return over
  }

  flush(): readonly TrackMovement[] {
    const scene = this.#scene
    const over = scene ? [...this.#walks].map(([slot, walk]) => this.#result(scene, slot, walk)) : []
    this.#walks.clear()
    return over
  }

  snapshot(): Readonly<Record<string, number>> {
    return { live: this.#walks.size }
  }

  /** Units a second, over the last window; undefined for who is not there. */
  speedOf(trackId: number): number | undefined {
    const slot = this.#scene?.tracks.slotOf(trackId)
    return slot === undefined ? undefined : this.#walks.get(slot)?.speed
  }

  #step(scene: Scene, row: number, x: number, y: number): void {
    const { calibration, heightPx, aspect, windowMs, minStepMetres, minStepOfBox } = this.#options
    const place = calibration ? calibration.toGround(x, y) : ([x * aspect * heightPx, y * heightPx] as const)
    if (!place) return
    const slot = scene.slots[row]!
    let walk = this.#walks.get(slot)
    if (!walk) this.#walks.set(slot, (walk = new Walk(windowMs)))
    const minStep = calibration ? minStepMetres : minStepOfBox * scene.rows.boxes[row * 4 + 3]! * heightPx
    walk.observe(scene.clockMs, place[0], place[1], minStep)
  }

  #result({ tracks, labels }: Scene, slot: number, walk: Walk): TrackMovement {
    const { distance, durationMs, peakSpeed } = walk.finish()
    return {
      trackId: tracks.trackIds[slot]!,
      label: labels[tracks.classIds[slot]!] ?? 'unknown',
      unit: this.#options.calibration ? 'metres' : 'pixels',
      distance,
      durationMs,
      meanSpeed: durationMs > 0 ? (distance * 1000) / durationMs : 0,
      peakSpeed
    }
  }
}
