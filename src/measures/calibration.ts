import type { CalibrationDefinition } from '../contract/measure-definition.ts'
import { SightlineError } from '../core/errors.ts'
import { fitHomography, type Homography, horizonSide, project } from './homography.ts'

/** How well a calibration fits the places it was made from: distances between where they are and where it puts them. */
export interface CalibrationError {
  readonly rmsMetres: number
  readonly medianMetres: number
  readonly maxMetres: number
  /** Root mean square in the picture, in heights of the frame: the reprojection error. */
  readonly rmsHeights: number
}

/** From points of the picture to metres on the ground, and back. Rules C1…C5 of docs/spec/measures.md. */
export class Calibration {
  readonly error: CalibrationError
  readonly #toGround: Homography
  readonly #toImage: Homography
  /** The sign of what lies before the camera. */
  readonly #seen: number

  /**
   * `aspect`: the frame's width by its height.
   * @throws SL_OPTION_INVALID for fewer than four pairs, numbers that are none, or places that determine no map
   */
  constructor({ points }: CalibrationDefinition, aspect: number) {
    const numbers = points.flatMap(({ image, world }) => [...image, ...world])
    if (points.length < 4 || !numbers.every(Number.isFinite)) {
      throw invalid(`The calibration has ${points.length} pairs of points: give at least 4, all of them numbers.`)
    }
    const toGround = fitHomography(points.map(({ image, world }) => ({ from: image, to: world })))
    const toImage = fitHomography(points.map(({ image, world }) => ({ from: world, to: image })))
    if (!toGround || !toImage) {
      throw invalid(
        'The calibration does not determine the ground: give four places of which no three lie on one line, in the picture and on the ground.'
      )
    }
    const sides = points.map(({ image: [x, y] }) => Math.sign(horizonSide(toGround, x, y)))
    if (sides.some(side => side !== sides[0])) {
      throw invalid(
        'The calibration puts the horizon between its own points: check their order and the signs of world.'
      )
    }
    this.#toGround = toGround
    this.#toImage = toImage
    this.#seen = sides[0]!
    this.error = errorOf(points, toGround, toImage, aspect)
  }

  /** Metres on the ground of a point of the picture; undefined for one at or above the horizon. */
  toGround(x: number, y: number): [x: number, y: number] | undefined {
    if (!(horizonSide(this.#toGround, x, y) * this.#seen > 1e-12)) return undefined
    return project(this.#toGround, x, y)
  }

  /** Where a place on the ground is in the picture, normalised. */
  toImage(x: number, y: number): [x: number, y: number] {
    return project(this.#toImage, x, y)
  }
}

function errorOf(
  points: CalibrationDefinition['points'],
  toGround: Homography,
  toImage: Homography,
  aspect: number
): CalibrationError {
  const metres = points.map(({ image, world }) => {
    const [x, y] = project(toGround, image[0], image[1])
    return Math.hypot(x - world[0], y - world[1])
  })
  const heights = points.map(({ image, world }) => {
    const [x, y] = project(toImage, world[0], world[1])
    return Math.hypot((x - image[0]) * aspect, y - image[1])
  })
  const sorted = [...metres].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return {
    rmsMetres: rootMeanSquare(metres),
    medianMetres: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    maxMetres: sorted.at(-1)!,
    rmsHeights: rootMeanSquare(heights)
  }
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
}

function invalid(message: string): SightlineError {
  return new SightlineError('SL_OPTION_INVALID', message)
}
