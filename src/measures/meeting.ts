import type { Event } from '../contract/event.ts'
import type { MeetingDefinition } from '../contract/measure-definition.ts'
import { SightlineError } from '../core/errors.ts'
import type { Stage } from '../core/stage.ts'
import { definitionVersion } from './definition-version.ts'
import { EventSource } from './event-source.ts'
import type { MeasureContext } from './measure-context.ts'
import { Nearness, type Neighbours } from './nearness.ts'
import type { Scene } from './scene.ts'
import { Watch } from './watch.ts'

/** Raised when the same definition finds other meetings than before. */
const rules = 1

export const meetingDefaults = {
  /** Box heights, the mean of both: arm's length for people. */
  within: 0.6,
  /** How long two have to be near. Raise it against people who merely pass one another. */
  forMs: 1000
} as const

/** Who has parted is this many times as far apart as who meets: at the limit, a tremble is one meeting. */
const partedFactor = 1.25
/** Pairs that are remembered at once. In a crowd beyond it, further pairs are not looked at. */
const maxPairs = 16_384
/** Above every slot. */
const pairBase = 65_536

interface Pair {
  readonly slots: readonly [number, number]
  /** Clock since when they are near; NaN while they are not. */
  sinceMs: number
  isTold: boolean
  meetings: number
  /** Number of the frame that last found them less than parted. */
  nearIn: number
}

/** Says which two tracks came near to one another. Rules N1…N6 of docs/spec/measures.md. */
export class MeetingWatch implements Stage<Scene, Event> {
  readonly name: string
  readonly #ruleId: string
  readonly #forMs: number
  readonly #nearness: Nearness
  readonly #watch: Watch
  readonly #source: EventSource
  readonly #pairs = new Map<number, Pair>()
  #frames = 0
  #met = 0

  /** @throws SL_OPTION_INVALID for metres without a calibration, both limits, or a zone or schedule without sense */
  constructor(
    { stream, epoch, aspect, wallTime, calibration }: MeasureContext,
    name: string,
    definition: MeetingDefinition
  ) {
    const { within, withinMetres, forMs = meetingDefaults.forMs } = definition
    if (withinMetres !== undefined && within !== undefined) {
      throw invalid(`The meeting ${name} has both within and withinMetres: give one of them.`)
    }
    if (withinMetres !== undefined && !calibration) {
      throw invalid(`The meeting ${name} is measured in metres, and there is no calibration: give one, or within.`)
    }
    this.name = `meeting.${name}@${definitionVersion(rules, { ...meetingDefaults, ...definition })}`
    this.#ruleId = name
    this.#forMs = forMs
    this.#nearness =
      withinMetres === undefined
        ? new Nearness(within ?? meetingDefaults.within, partedFactor, aspect, undefined)
        : new Nearness(withinMetres, partedFactor, aspect, calibration)
    this.#watch = new Watch('meeting', name, definition, wallTime)
    this.#source = new EventSource({ stream, epoch }, this.name)
  }

  process(scene: Scene): readonly Event[] {
    this.#source.at(scene)
    this.#frames++
    const gone = new Set([...scene.ended, ...scene.released])
    if (gone.size > 0) this.#drop(pair => gone.has(pair.slots[0]) || gone.has(pair.slots[1]))
    const isOpen = this.#watch.opens(scene)
    if (this.#watch.mustForget) for (const pair of this.#pairs.values()) part(pair)
    const events: Event[] = []
    if (!isOpen || scene.outcome === 'skipped') return events
    const rows = this.#rows(scene)
    for (const found of this.#nearness.neighbours(scene, this.#watch.anchor, rows)) this.#near(scene, found, events)
    this.#partOthers(scene)
    return events
  }

  flush(): readonly Event[] {
    return []
  }

  snapshot(): Readonly<Record<string, number>> {
    return { met: this.#met, pairs: this.#pairs.size }
  }

  #rows(scene: Scene): number[] {
    const points = scene.points(this.#watch.anchor)
    const rows: number[] = []
    // Where nothing moved, carried rows are where they were.
    const areAllSeen = scene.outcome === 'gated'
    for (let row = 0; row < scene.rows.count; row++) {
      if ((scene.rows.observed[row] === 0 && !areAllSeen) || !this.#watch.admits(scene, row)) continue
      if (this.#watch.covers(points[row * 2]!, points[row * 2 + 1]!)) rows.push(row)
    }
    return rows
  }

  #near(scene: Scene, { row, other, distance, isNear }: Neighbours, events: Event[]): void {
    const { trackIds } = scene.rows
    const [first, second] = trackIds[row]! < trackIds[other]! ? [row, other] : [other, row]
    const slots = [scene.slots[first]!, scene.slots[second]!] as const
    const key = slots[0] * pairBase + slots[1]
    let pair = this.#pairs.get(key)
    if (!pair) {
      if (!isNear || this.#pairs.size === maxPairs) return
      pair = { slots, sinceMs: Number.NaN, isTold: false, meetings: 0, nearIn: 0 }
      this.#pairs.set(key, pair)
    }
    pair.nearIn = this.#frames
    if (isNear && Number.isNaN(pair.sinceMs)) pair.sinceMs = scene.clockMs
    if (pair.isTold || !(scene.clockMs - pair.sinceMs >= this.#forMs)) return
    pair.isTold = true
    this.#met++
    const one = this.#source.sighting(scene, first)
    const two = this.#source.sighting(scene, second)
    const header = this.#source.header('tracks-met', `tracks-${one.trackId}-${two.trackId}`, ++pair.meetings)
    const rounded = Math.round(distance * 1000) / 1000
    events.push({ ...header, ruleId: this.#ruleId, ...one, other: two, distance: rounded, unit: this.#nearness.unit })
  }

  /** Two that are both seen and not near have parted; who is hidden has parted from nobody. */
  #partOthers(scene: Scene): void {
    for (const [key, pair] of this.#pairs) {
      const [one, two] = pair.slots
      if (pair.nearIn === this.#frames || !scene.tracks.isSeenNow(one) || !scene.tracks.isSeenNow(two)) continue
      if (pair.meetings === 0) this.#pairs.delete(key)
      else part(pair)
    }
  }

  #drop(isOver: (pair: Pair) => boolean): void {
    for (const [key, pair] of this.#pairs) if (isOver(pair)) this.#pairs.delete(key)
  }
}

function part(pair: Pair): void {
  pair.sinceMs = Number.NaN
  pair.isTold = false
}

function invalid(message: string): SightlineError {
  return new SightlineError('SL_OPTION_INVALID', message)
}
