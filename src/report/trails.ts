import type { TrackColumns } from '../core/columns.ts'

interface Trail {
  /** `x, y` flat, oldest first. */
  points: number[]
  times: number[]
}

/** Remembers where each track stood lately: the bottom centre of its box. */
export class Trails {
  readonly #spanMs: number
  readonly #trails = new Map<number, Trail>()

  /** How far back a trail reaches, in milliseconds of media time; longer ones show more of the way and hide more of the picture. */
  constructor(spanMs = 2500) {
    this.#spanMs = spanMs
  }

  observe(ptsMs: number, { count, boxes, trackIds }: TrackColumns): void {
    for (let row = 0; row < count; row++) {
      const at = row * 4
      let trail = this.#trails.get(trackIds[row]!)
      if (!trail) this.#trails.set(trackIds[row]!, (trail = { points: [], times: [] }))
      trail.points.push(boxes[at]! + boxes[at + 2]! / 2, boxes[at + 1]! + boxes[at + 3]!)
      trail.times.push(ptsMs)
    }
    for (const [trackId, trail] of this.#trails) {
      const kept = trail.times.findIndex(time => time >= ptsMs - this.#spanMs)
      if (kept < 0) this.#trails.delete(trackId)
      else if (kept > 0) {
        trail.times.splice(0, kept)
        trail.points.splice(0, kept * 2)
      }
    }
  }

  /** `x, y` flat, normalised, oldest first. */
  of(trackId: number): readonly number[] {
    return this.#trails.get(trackId)?.points ?? []
  }
}
