import type { Event } from '../contract/event.ts'
import type { Anchor, ZoneDefinition } from '../contract/measure-definition.ts'
import type { Stage } from '../core/stage.ts'
import { anchorOf, defaultAnchor } from './anchor.ts'
import { Crowd, type Dispersed } from './crowd.ts'
import { definitionVersion } from './definition-version.ts'
import { checkDrawing } from './drawing.ts'
import { EventSource, type Sighting } from './event-source.ts'
import { headingOf } from './heading.ts'
import type { MeasureContext } from './measure-context.ts'
import { Occupancy } from './occupancy.ts'
import { PolygonArea } from './polygon-area.ts'
import { RowFilter } from './row-filter.ts'
import type { Scene } from './scene.ts'
import { Schedule } from './schedule.ts'
import { Visits } from './visits.ts'

const nothing: readonly Event[] = []

/** Raised when the same zone counts differently than before. */
const rules = 1

export const zoneDefaults = {
  anchor: defaultAnchor,
  /** Who is outside for less than this and comes back has not left. Raise it against boxes that tremble at the border. */
  graceMs: 500
} as const

/** Who is in a zone, since when, and how many. Rules Z1…Z17 of docs/spec/measures.md. */
export class ZoneWatch implements Stage<Scene, Event> {
  readonly name: string
  readonly #zoneId: string
  readonly #anchor: Anchor
  readonly #graceMs: number
  readonly #area: PolygonArea
  readonly #aspect: number
  readonly #source: EventSource
  readonly #filter: RowFilter
  readonly #schedule: Schedule
  readonly #thresholdsMs: readonly number[]
  readonly #crowd: Crowd | undefined
  readonly #visits = new Visits()
  readonly #occupancy = new Occupancy()
  #events: Event[] = []
  #crowds = 0
  #dispersals = 0
  #isOpen = true

  /** @throws SL_OPTION_INVALID for a point outside the frame, fewer than three corners, or a schedule without a date */
  constructor({ stream, epoch, aspect, wallTime }: MeasureContext, name: string, definition: ZoneDefinition) {
    checkDrawing('zone', name, definition.points, 3)
    const { anchor, graceMs } = { ...zoneDefaults, ...definition }
    this.name = `zone.${name}@${definitionVersion(rules, { ...zoneDefaults, ...definition })}`
    this.#zoneId = name
    this.#anchor = anchor
    this.#graceMs = graceMs
    this.#area = new PolygonArea(definition.points)
    this.#aspect = aspect
    this.#source = new EventSource({ stream, epoch }, this.name)
    this.#filter = new RowFilter(definition)
    this.#schedule = new Schedule(`zone ${name}`, definition.schedule, wallTime)
    this.#thresholdsMs = [...new Set(definition.dwellMs)].sort((a, b) => a - b)
    this.#crowd = definition.crowd && new Crowd(`zone ${name}`, definition.crowd)
  }

  process(scene: Scene): readonly Event[] {
    const visits = this.#visits
    const events = this.#events
    this.#source.at(scene)
    visits.fit(scene.tracks.capacity)
    const isOpen = this.#schedule.isOpen(scene.ptsMs)
    if (this.#isOpen) this.#occupancy.pass(scene.stepMs)
    if (scene.isBreak || (this.#isOpen && !isOpen)) this.#empty(events)
    this.#isOpen = isOpen
    for (const slot of scene.ended) if (visits.isInside(slot)) events.push(this.#leave(slot))
    for (const slot of scene.released) visits.forget(slot)
    if (isOpen) {
      this.#look(scene, events)
      if (visits.areLeaving) this.#leaveOverdue(scene.clockMs, events)
      this.#occupancy.settle()
      this.#watchCrowd(scene.clockMs, events)
    }
    return this.#said()
  }

  flush(): readonly Event[] {
    this.#empty(this.#events)
    return this.#said()
  }

  /** What this frame brought about. Most bring nothing, and then nothing is made. */
  #said(): readonly Event[] {
    const events = this.#events
    if (events.length === 0) return nothing
    this.#events = []
    return events
  }

  /** Dwell counts ended visits alone: `dwellMs` is their sum, `left` how many they are. */
  snapshot(): ReturnType<Occupancy['snapshot']> {
    return this.#occupancy.snapshot()
  }

  /** The hot loop. Only an observation moves anybody in or out; any row keeps those inside where they are. */
  #look(scene: Scene, events: Event[]): void {
    const { rows, slots, clockMs } = scene
    const { observed, count } = rows
    const { left, top, right, bottom } = this.#area.bounds
    const own = this.#area.cells
    const { values: points, cells } = scene.places(this.#anchor)
    const visits = this.#visits
    const { states } = visits
    for (let row = 0; row < count; row++) {
      const slot = slots[row]!
      const wasInside = states[slot] !== 0
      if ((cells[row]! & own) === 0 && !wasInside) continue
      const x = points[row * 2]!
      const y = points[row * 2 + 1]!
      const isInBounds = x >= left && x <= right && y >= top && y <= bottom
      if (!wasInside && !isInBounds) continue
      if (observed[row] === 0) {
        if (wasInside) this.#stay(scene, row, events)
        continue
      }
      const isIn = isInBounds && this.#area.has(x, y)
      if (wasInside) {
        if (isIn) {
          visits.comeBack(slot)
          this.#stay(scene, row, events)
        } else visits.stepOut(slot, clockMs, this.#source.sighting(scene, row))
      } else if (isIn && this.#filter.admits(rows, row, scene.labels)) {
        events.push(this.#enter(scene, row))
        this.#stay(scene, row, events)
      }
    }
  }

  #leaveOverdue(clockMs: number, events: Event[]): void {
    for (const slot of this.#visits.overdue(clockMs, this.#graceMs)) {
      events.push(this.#leave(slot, this.#visits.sightingOutside(slot)))
    }
  }

  #enter(scene: Scene, row: number): Event {
    const slot = scene.slots[row]!
    const n = this.#visits.enter(slot, scene.clockMs)
    this.#occupancy.enter()
    const sighting = this.#source.sighting(scene, row)
    const header = this.#source.header('zone-entered', `track-${sighting.trackId}`, n)
    const entry = this.#entry(scene, row)
    return { ...header, zoneId: this.#zoneId, ...sighting, ...(entry && { entry }) }
  }

  #entry(scene: Scene, row: number): { edge: number; heading: number } | undefined {
    const { tracks, slots, rows } = scene
    const before = anchorOf(this.#anchor, tracks.boxes, slots[row]! * 4)
    const here = anchorOf(this.#anchor, rows.boxes, row * 4)
    const edge = Number.isNaN(before[0]) ? undefined : this.#area.edgeBetween(before, here)
    if (edge === undefined) return undefined
    return { edge, heading: headingOf(here[0] - before[0], here[1] - before[1], this.#aspect) }
  }

  /** A frame shows someone inside: the visit lasts until now, and may have lasted longer than a threshold. */
  #stay(scene: Scene, row: number, events: Event[]): void {
    const slot = scene.slots[row]!
    const visits = this.#visits
    if (!visits.stay(slot, scene.clockMs)) return
    let passed = visits.thresholdsPassed(slot)
    while (passed < this.#thresholdsMs.length && visits.dwellMs(slot) >= this.#thresholdsMs[passed]!) {
      const thresholdMs = this.#thresholdsMs[passed++]!
      const n = visits.passThreshold(slot)
      const sighting = this.#source.sighting(scene, row)
      const header = this.#source.header('dwell-exceeded', `track-${sighting.trackId}`, n)
      events.push({ ...header, zoneId: this.#zoneId, ...sighting, thresholdMs })
    }
  }

  #leave(slot: number, sighting: Sighting = this.#source.lastSighting(slot)): Event {
    const { n, dwellMs } = this.#visits.leave(slot)
    this.#occupancy.leave(dwellMs)
    const header = this.#source.header('zone-left', `track-${sighting.trackId}`, n)
    return { ...header, zoneId: this.#zoneId, ...sighting, dwellMs }
  }

  #empty(events: Event[]): void {
    for (const slot of this.#visits.inside()) events.push(this.#leave(slot))
    this.#sayDispersed(this.#crowd?.end(this.#source.clockMs), events)
  }

  #watchCrowd(clockMs: number, events: Event[]): void {
    const occupancy = this.#occupancy.current
    const change = this.#crowd?.update(occupancy, clockMs)
    if (change === 'formed') {
      events.push({ ...this.#source.header('crowd-formed', 'zone', ++this.#crowds), zoneId: this.#zoneId, occupancy })
    } else this.#sayDispersed(change, events)
  }

  #sayDispersed(dispersed: Dispersed | undefined, events: Event[]): void {
    if (!dispersed) return
    const { durationMs, peak: peakOccupancy } = dispersed
    const header = this.#source.header('crowd-dispersed', 'zone', ++this.#dispersals)
    events.push({ ...header, zoneId: this.#zoneId, occupancy: this.#occupancy.current, peakOccupancy, durationMs })
  }
}
