import { type Camera, lookAt } from '../camera.ts'
import type { SeededRandom } from '../random.ts'
import type { Colour, Moment, Outfit, Person, World } from '../scene.ts'
import { planVisits, type Visit } from './visits.ts'

export interface EntranceWorldOptions {
  readonly width: number
  readonly height: number
  readonly seconds: number
  /** Share of the time in which somebody is in view, 0…1. In a loop it may be more: so many are in view at once. */
  readonly activity: number
  /** How long somebody is in view; longer visits lead across more of the picture. */
  readonly visitSeconds?: number
  /** After `seconds` it goes on as it began, and nobody jumps. */
  readonly loops?: boolean
}

const coats: readonly Colour[] = [
  [44, 52, 72],
  [122, 36, 40],
  [70, 84, 60],
  [170, 158, 136],
  [40, 40, 44],
  [58, 96, 132],
  [196, 190, 180]
]
const trousers: readonly Colour[] = [
  [36, 40, 54],
  [58, 62, 70],
  [84, 74, 60],
  [30, 30, 32],
  [64, 84, 116]
]
const shoes: readonly Colour[] = [
  [28, 26, 26],
  [84, 60, 42],
  [220, 220, 216]
]
const skins: readonly Colour[] = [
  [236, 196, 168],
  [212, 166, 134],
  [160, 112, 82],
  [100, 68, 50]
]
const hairs: readonly Colour[] = [
  [34, 26, 22],
  [72, 48, 32],
  [150, 112, 66],
  [150, 148, 146]
]

/** A surveillance camera on a building's entrance: still, and empty except when somebody walks through. */
export class EntranceWorld implements World {
  readonly visits: readonly Visit[]
  readonly #camera: Camera
  readonly #outfits: readonly { outfit: Outfit; heightM: number }[]
  /** Undefined where it does not begin again. */
  readonly #round: { readonly seconds: number; readonly overlapping: number } | undefined
  #seconds = 0

  constructor(random: SeededRandom, options: EntranceWorldOptions) {
    const { width, height, seconds, activity, visitSeconds, loops = false } = options
    this.#round = loops ? { seconds, overlapping: Math.ceil(activity) + 1 } : undefined
    // 5 m up, 14 m from the wall; the picture is 54° wide.
    this.#camera = lookAt([-3.6, -9, 5], [0.2, 1.9, 0.7], 0.98 * width, width, height)
    this.visits = planVisits(random.fork(), this.#camera, seconds, activity, visitSeconds)
    const looks = random.fork()
    this.#outfits = this.visits.map(() => {
      const coat = looks.pick(coats)
      return {
        heightM: looks.between(1.58, 1.92),
        outfit: {
          shirt: coat,
          sleeves: coat,
          trousers: looks.pick(trousers),
          short: false,
          socks: coat,
          shoes: looks.pick(shoes),
          skin: looks.pick(skins),
          hair: looks.pick(hairs)
        }
      }
    })
  }

  step(dt: number): void {
    this.#seconds += dt
  }

  moment(): Moment {
    const people: Person[] = []
    for (const [index, { from, to, speedMps, startSeconds }] of this.visits.entries()) {
      const length = Math.hypot(to[0] - from[0], to[1] - from[1])
      const walked = this.#times()
        .map(seconds => (seconds - startSeconds) * speedMps)
        .find(metres => metres >= 0 && metres <= length)
      if (walked === undefined) continue
      const share = walked / length
      people.push({
        id: index + 1,
        role: 'visitor',
        team: 'none',
        x: from[0] + (to[0] - from[0]) * share,
        y: from[1] + (to[1] - from[1]) * share,
        heading: Math.atan2(to[1] - from[1], to[0] - from[0]),
        speedMps,
        stride: (walked / (0.9 + 0.45 * speedMps)) * 2 * Math.PI,
        ...this.#outfits[index]!
      })
    }
    return { camera: this.#camera, people, ball: undefined }
  }
  /** The moment as visits count it: in a loop those of the round before and of the rounds after are under way as well. */
  #times(): number[] {
    if (!this.#round) return [this.#seconds]
    const { seconds, overlapping } = this.#round
    const now = this.#seconds % seconds
    return Array.from({ length: overlapping + 2 }, (_, round) => now + (round - 1) * seconds)
  }
}
