import type { SeededRandom } from '../random.ts'
import type { Moment, World } from '../scene.ts'
import { CameraOperator, type CameraStyle, focusOf } from './camera-operator.ts'
import { Match } from './match.ts'

export interface MatchWorldOptions {
  readonly width: number
  readonly height: number
  readonly camera: CameraStyle
  readonly playersPerTeam: number
}

/** Seconds played before the first frame: both teams have found their places by then. */
const warmUpSeconds = 8

/** The match and the camera on it. */
export class MatchWorld implements World {
  readonly #match: Match
  readonly #operator: CameraOperator

  constructor(random: SeededRandom, { width, height, camera, playersPerTeam }: MatchWorldOptions) {
    this.#match = new Match(random, playersPerTeam, focusOf(camera))
    for (let step = 0; step < warmUpSeconds * 50; step++) this.#match.step(0.02)
    this.#operator = new CameraOperator(camera, width, height, this.#match.ball)
  }

  step(dt: number): void {
    this.#match.step(dt)
    this.#operator.step(dt, this.#match.ball)
  }

  moment(): Moment {
    return { camera: this.#operator.camera(), people: this.#match.people(), ball: this.#match.ball }
  }
}
