import type { Anchor } from '../contract/measure-definition.ts'
import type { Calibration } from './calibration.ts'
import type { Scene } from './scene.ts'

/** Two rows that are less than parted. */
export interface Neighbours {
  readonly row: number
  readonly other: number
  /** In the unit. */
  readonly distance: number
  readonly isNear: boolean
}

/** Pairs that a frame is asked for at most; a crowd in one place has more, and they are not looked at. */
const maxNeighbours = 100_000

/** Finds who is near to whom, by distance on the ground in metres, or in the picture in heights of their boxes. */
export class Nearness {
  readonly unit: 'metres' | 'box-heights'
  readonly #within: number
  readonly #partedFactor: number
  readonly #aspect: number
  readonly #calibration: Calibration | undefined

  constructor(within: number, partedFactor: number, aspect: number, calibration: Calibration | undefined) {
    this.unit = calibration ? 'metres' : 'box-heights'
    this.#within = within
    this.#partedFactor = partedFactor
    this.#aspect = aspect
    this.#calibration = calibration
  }

  /** Sweeps the rows from left to right. A row whose place on the ground cannot be told is near to nobody. */
  *neighbours(scene: Scene, anchor: Anchor, rows: readonly number[]): Iterable<Neighbours> {
    const placed = this.#place(scene, anchor, rows).sort((a, b) => a.x - b.x || a.row - b.row)
    const highest = placed.reduce((most, { scale }) => Math.max(most, scale), 0)
    let found = 0
    for (let i = 0; i < placed.length; i++) {
      const one = placed[i]!
      const reach = this.#within * this.#partedFactor * ((one.scale + highest) / 2)
      for (let j = i + 1; j < placed.length; j++) {
        const two = placed[j]!
        if (two.x - one.x > reach) break
        const distance = Math.hypot(two.x - one.x, two.y - one.y) / ((one.scale + two.scale) / 2)
        if (distance > this.#within * this.#partedFactor) continue
        yield { row: one.row, other: two.row, distance, isNear: distance <= this.#within }
        if (++found === maxNeighbours) return
      }
    }
  }

  #place(scene: Scene, anchor: Anchor, rows: readonly number[]) {
    const points = scene.points(anchor)
    return rows.flatMap(row => {
      const [x, y] = [points[row * 2]!, points[row * 2 + 1]!]
      if (!this.#calibration) return [{ row, x: x * this.#aspect, y, scale: scene.rows.boxes[row * 4 + 3]! }]
      const ground = this.#calibration.toGround(x, y)
      return ground ? [{ row, x: ground[0], y: ground[1], scale: 1 }] : []
    })
  }
}
