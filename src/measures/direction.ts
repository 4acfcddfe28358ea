import type { Event } from '../contract/event.ts'
import type { DirectionDefinition } from '../contract/measure-definition.ts'
import { SightlineError } from '../core/errors.ts'
import type { Stage } from '../core/stage.ts'
import { definitionVersion } from './definition-version.ts'
import { EventSource } from './event-source.ts'
import { angleBetween, headingOf } from './heading.ts'
import type { MeasureContext } from './measure-context.ts'
import { apart } from './polyline.ts'
import type { Scene } from './scene.ts'
import { grownTo } from './slot-columns.ts'
import { Watch } from './watch.ts'

/** Raised when the same definition finds other violations than before. */
const rules = 1

export const directionDefaults = {
  /** Degrees to either side of the arrow that are still the allowed way: 90 lets people cross. */
  toleranceDegrees: 90,
  /** Heights of the frame that a track has to go before its way is judged. Raise it against boxes that tremble. */
  minTravel: 0.05
} as const

/** Says who goes against the allowed way. Rules D1…D5 of docs/spec/measures.md. */
export class DirectionWatch implements Stage<Scene, Event> {
  readonly name: string
  readonly #ruleId: string
  readonly #tolerance: number
  readonly #minTravel: number
  readonly #allowed: number
  readonly #aspect: number
  readonly #watch: Watch
  readonly #source: EventSource
  /** By slot: `x, y` of where the piece of way began that is judged next; NaN for none. */
  #from = new Float64Array(0)
  /** By slot: 1 while the way taken is a wrong one that was told. */
  #isWrong = new Uint8Array(0)
  #violations = new Uint32Array(0)
  #violated = 0

  /** @throws SL_OPTION_INVALID for an arrow without length, or a zone or schedule that makes no sense */
  constructor({ stream, epoch, aspect, wallTime }: MeasureContext, name: string, definition: DirectionDefinition) {
    const { toleranceDegrees, minTravel } = { ...directionDefaults, ...definition }
    const [[fromX, fromY], [toX, toY]] = definition.arrow
    if (!(apart(fromX, fromY, toX, toY, aspect) > 0)) {
      throw new SightlineError('SL_OPTION_INVALID', `The arrow of direction ${name} has no length: give two points.`)
    }
    this.name = `direction.${name}@${definitionVersion(rules, { ...directionDefaults, ...definition })}`
    this.#ruleId = name
    this.#tolerance = toleranceDegrees
    this.#minTravel = minTravel
    this.#allowed = headingOf(toX - fromX, toY - fromY, aspect)
    this.#aspect = aspect
    this.#watch = new Watch('direction', name, definition, wallTime)
    this.#source = new EventSource({ stream, epoch }, this.name)
  }

  process(scene: Scene): readonly Event[] {
    this.#source.at(scene)
    this.#fit(scene.tracks.capacity)
    for (const slot of scene.released) this.#forget(slot)
    const isOpen = this.#watch.opens(scene)
    if (this.#watch.mustForget) this.#from.fill(Number.NaN)
    const events: Event[] = []
    if (!isOpen) return events
    const points = scene.points(this.#watch.anchor)
    for (let row = 0; row < scene.rows.count; row++) {
      if (scene.rows.observed[row] === 0 || !this.#watch.admits(scene, row)) continue
      this.#look(scene, row, points[row * 2]!, points[row * 2 + 1]!, events)
    }
    return events
  }

  flush(): readonly Event[] {
    return []
  }

  snapshot(): Readonly<Record<string, number>> {
    return { violated: this.#violated }
  }

  #look(scene: Scene, row: number, x: number, y: number, events: Event[]): void {
    const slot = scene.slots[row]!
    const [fromX, fromY] = [this.#from[slot * 2]!, this.#from[slot * 2 + 1]!]
    const isCovered = this.#watch.covers(x, y)
    if (isCovered && apart(x, y, fromX, fromY, this.#aspect) < this.#minTravel) return
    this.#from[slot * 2] = isCovered ? x : Number.NaN
    this.#from[slot * 2 + 1] = isCovered ? y : Number.NaN
    if (!isCovered || Number.isNaN(fromX)) return
    const deviation = angleBetween(headingOf(x - fromX, y - fromY, this.#aspect), this.#allowed)
    const isWrong = deviation > this.#tolerance
    if (isWrong && this.#isWrong[slot] === 0) events.push(this.#violate(scene, row, deviation))
    this.#isWrong[slot] = isWrong ? 1 : 0
  }

  #violate(scene: Scene, row: number, deviation: number): Event {
    this.#violated++
    const sighting = this.#source.sighting(scene, row)
    const n = ++this.#violations[scene.slots[row]!]!
    const header = this.#source.header('direction-violated', `track-${sighting.trackId}`, n)
    return { ...header, ruleId: this.#ruleId, ...sighting, deviation: Math.round(deviation * 10) / 10 }
  }

  #fit(capacity: number): void {
    this.#from = grownTo(this.#from, capacity * 2, Number.NaN)
    this.#isWrong = grownTo(this.#isWrong, capacity)
    this.#violations = grownTo(this.#violations, capacity)
  }

  #forget(slot: number): void {
    this.#from.fill(Number.NaN, slot * 2, slot * 2 + 2)
    this.#isWrong[slot] = 0
    this.#violations[slot] = 0
  }
}
