import type { RgbaPicture } from '../../media/frame.ts'
import { project } from '../camera.ts'
import { ballRadius } from '../match/flying-ball.ts'
import type { SeededRandom } from '../random.ts'
import type { Moment, Shot } from '../scene.ts'
import { bodyParts } from '../skeleton.ts'
import { drawFootball } from './football.ts'
import { drawBody } from './limbs.ts'
import { newPicture, type Picture } from './picture.ts'
import { Sensor } from './sensor.ts'
import { ShadowLayer } from './shadows.ts'
import { Backdrop, type Surroundings } from './surroundings.ts'

export interface RendererOptions {
  readonly width: number
  readonly height: number
  readonly shadows: boolean
  /** Standard deviation of the sensor's noise in 8-bit levels; 0 is none. */
  readonly noise: number
  readonly random: SeededRandom
}

/** Draws a scene's shots. The same options and shots give the same pixels. */
export class Renderer {
  readonly #backdrop: Backdrop
  readonly #shadows: ShadowLayer | undefined
  readonly #sensor: Sensor | undefined
  readonly #width: number
  readonly #height: number

  constructor(surroundings: Surroundings, { width, height, shadows, noise, random }: RendererOptions) {
    this.#backdrop = new Backdrop(surroundings)
    this.#shadows = shadows ? new ShadowLayer(width, height) : undefined
    this.#sensor = noise > 0 ? new Sensor(noise, random) : undefined
    this.#width = width
    this.#height = height
  }

  render({ exposure }: Shot): RgbaPicture {
    const picture = exposure.length === 1 ? this.#draw(exposure[0]!) : this.#averaged(exposure)
    this.#sensor?.expose(picture)
    return picture
  }

  #draw({ camera, people, ball }: Moment): Picture {
    const picture = newPicture(this.#width, this.#height)
    this.#backdrop.paint(picture, camera)
    const seen = people
      .map(person => ({ feet: project(camera, person.x, person.y, 0), person }))
      .filter(({ feet }) => feet.depth > 0.5 && feet.u > -this.#width && feet.u < 2 * this.#width)
      .sort((a, b) => b.feet.depth - a.feet.depth)
      .map(({ feet, person }) => ({ depth: feet.depth, parts: bodyParts(person) }))
    if (this.#shadows) {
      for (const { parts } of seen) for (const part of parts) this.#shadows.add(camera, part)
      if (ball)
        this.#shadows.add(camera, {
          from: [ball.x, ball.y, ball.z],
          to: [ball.x, ball.y, ball.z],
          fromRadius: ballRadius,
          toRadius: ballRadius
        })
      this.#shadows.apply(picture)
    }
    const ballDepth = ball ? project(camera, ball.x, ball.y, ball.z).depth : Number.NEGATIVE_INFINITY
    for (const { parts } of seen.filter(({ depth }) => depth >= ballDepth)) drawBody(picture, camera, parts)
    if (ball) drawFootball(picture, camera, ball)
    for (const { parts } of seen.filter(({ depth }) => depth < ballDepth)) drawBody(picture, camera, parts)
    return picture
  }

  #averaged(exposure: readonly Moment[]): Picture {
    const sum = new Uint16Array(this.#width * this.#height * 4)
    for (const moment of exposure) {
      const { data } = this.#draw(moment)
      for (let at = 0; at < sum.length; at++) sum[at]! += data[at]!
    }
    const picture = newPicture(this.#width, this.#height)
    for (let at = 0; at < sum.length; at++) picture.data[at] = sum[at]! / exposure.length
    return picture
  }
}
