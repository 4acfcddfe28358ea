import type { Anchor } from '../contract/measure-definition.ts'
import type { Stage } from '../core/stage.ts'
import { defaultAnchor } from './anchor.ts'
import { apart } from './polyline.ts'
import type { Scene } from './scene.ts'

/** Points that a path keeps at most; at the limit every second one goes, and the step doubles. */
const maxPoints = 256

export const pathDefaults = {
  /** Heights of the frame between two points of a path. Raise it for smaller paths, lower it for finer ones. */
  step: 0.01
} as const

export interface PathOptions {
  readonly aspect: number
  readonly anchor?: Anchor
  readonly step?: number
}

/** Where a track went: its trail from the first to the last observation. */
export interface TrackPath {
  readonly trackId: number
  readonly label: string
  /** `x, y` flat, normalised, at most 257 points. */
  readonly points: Float64Array
}

interface Trail {
  readonly points: number[]
  step: number
  lastX: number
  lastY: number
}

/** Gathers the ways of tracks and gives each when its track is over. Rules R1…R3 of docs/spec/measures.md. */
export class PathCollector implements Stage<Scene, TrackPath> {
  readonly name = 'paths@1'
  readonly #aspect: number
  readonly #anchor: Anchor
  readonly #step: number
  readonly #trails = new Map<number, Trail>()
  #scene: Scene | undefined

  constructor({ aspect, anchor = defaultAnchor, step = pathDefaults.step }: PathOptions) {
    this.#aspect = aspect
    this.#anchor = anchor
    this.#step = step
  }

  process(scene: Scene): readonly TrackPath[] {
    this.#scene = scene
    const over = scene.ended.flatMap(slot => this.#end(scene, slot))
    const points = scene.points(this.#anchor)
    for (let row = 0; row < scene.rows.count; row++) {
      if (scene.rows.observed[row] === 1) this.#add(scene.slots[row]!, points[row * 2]!, points[row * 2 + 1]!)
    }
    return over
  }

  flush(): readonly TrackPath[] {
    const scene = this.#scene
    return scene ? [...this.#trails.keys()].flatMap(slot => this.#end(scene, slot)) : []
  }

  snapshot(): Readonly<Record<string, number>> {
    return { live: this.#trails.size }
  }

  #add(slot: number, x: number, y: number): void {
    let trail = this.#trails.get(slot)
    if (!trail) this.#trails.set(slot, (trail = { points: [], step: this.#step, lastX: x, lastY: y }))
    trail.lastX = x
    trail.lastY = y
    const { points } = trail
    if (points.length > 0 && apart(x, y, points.at(-2)!, points.at(-1)!, this.#aspect) < trail.step) return
    points.push(x, y)
    if (points.length < maxPoints * 2) return
    trail.step *= 2
    const kept = points.filter((_, at) => at % 4 < 2)
    points.splice(0, points.length, ...kept)
  }

  #end({ tracks, labels }: Scene, slot: number): TrackPath[] {
    const trail = this.#trails.get(slot)
    if (!trail) return []
    this.#trails.delete(slot)
    const { points, lastX, lastY } = trail
    if (points.at(-2) !== lastX || points.at(-1) !== lastY) points.push(lastX, lastY)
    const label = labels[tracks.classIds[slot]!] ?? 'unknown'
    return [{ trackId: tracks.trackIds[slot]!, label, points: Float64Array.from(points) }]
  }
}
