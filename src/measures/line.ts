import type { Event } from '../contract/event.ts'
import type { LineDefinition } from '../contract/measure-definition.ts'
import type { Stage } from '../core/stage.ts'
import { anchorOf, defaultAnchor, reachOf } from './anchor.ts'
import { cellsAlong } from './cells.ts'
import { definitionVersion } from './definition-version.ts'
import { type Bounds, boundsOf, checkDrawing } from './drawing.ts'
import { EventSource, type Sighting } from './event-source.ts'
import type { HandOver } from './hand-over.ts'
import type { MeasureContext } from './measure-context.ts'
import { apart, crossings, isNear } from './polyline.ts'
import { RowFilter } from './row-filter.ts'
import type { Scene } from './scene.ts'
import { Schedule } from './schedule.ts'
import { grownTo } from './slot-columns.ts'

const nothing: readonly Event[] = []

/** Raised when the same line counts differently than before. */
const rules = 1

export const lineDefaults = {
  anchor: defaultAnchor,
  /**
   * Who is this near to the line, in heights of the frame, is on it and on no side yet (0.005: 5 px of 1080p). Raise
   * it against double counts, lower it for short tracks.
   */
  band: 0.005,
  /**
   * Or this near, in heights of its own box: what a detector sees trembles by a share of its size. The greater holds.
   * On public sequences 0.1 gives the fewest wrong counts of 0, 0.05, 0.08, 0.1 and 0.15.
   */
  bandOfBox: 0.1,
  /**
   * A crossing counts once the track is this far from where it was first seen or last counted, in heights of the
   * frame. Raise it against boxes that jump; 0 counts at once.
   */
  minTravel: 0,
  /**
   * A track that begins at most so long after another vanished for good, and so near in heights of that one's box,
   * goes on from it: the tracker lost it and found it again. Raise both where people are often hidden at the line; 0
   * and 0 make every track begin anew.
   */
  handOver: { withinMs: 1000, reach: 0.75 }
} as const

/** Counts who crosses a line, by direction. Rules M1…M16 of docs/spec/measures.md. */
export class LineCounter implements Stage<Scene, Event> {
  readonly name: string
  readonly #lineId: string
  readonly #definition: LineDefinition & Required<Pick<LineDefinition, 'anchor' | 'band' | 'bandOfBox' | 'minTravel'>>
  readonly #handOverLimits: { readonly withinMs: number; readonly reach: number }
  readonly #aspect: number
  readonly #bounds: Bounds
  readonly #cells: number
  readonly #source: EventSource
  readonly #filter: RowFilter
  readonly #schedule: Schedule
  #isOpen = true
  /**
   * By slot: 0 when the last point off the line is that of the last observation, which all lines share; 1 when it is
   * in `#last`. Most tracks are far from most lines: for them nothing has to be written.
   */
  #isOwn = new Uint8Array(0)
  /** By slot: `x, y` of the last point off the line; NaN for who was only seen on it. */
  #last = new Float64Array(0)
  /** By slot: `x, y` of where travel is measured from; NaN for who was not seen yet. */
  #origin = new Float64Array(0)
  /** By slot: `x, y` of the first point off the line; NaN before. */
  #first = new Float64Array(0)
  #crossed = new Uint32Array(0)
  #in = 0
  #out = 0

  /** @throws SL_OPTION_INVALID for a point outside the frame, a line without length, or a schedule without a date */
  constructor({ stream, epoch, aspect, wallTime }: MeasureContext, name: string, definition: LineDefinition) {
    checkDrawing('line', name, definition.points, 2)
    this.#definition = { ...lineDefaults, ...definition }
    this.#handOverLimits = { ...lineDefaults.handOver, ...definition.handOver }
    this.name = `line.${name}@${definitionVersion(rules, { ...this.#definition, handOver: this.#handOverLimits })}`
    this.#lineId = name
    this.#aspect = aspect
    this.#bounds = boundsOf(definition.points)
    this.#cells = cellsAlong(definition.points)
    this.#source = new EventSource({ stream, epoch }, this.name)
    this.#filter = new RowFilter(definition)
    this.#schedule = new Schedule(`line ${name}`, definition.schedule, wallTime)
  }

  process(scene: Scene): readonly Event[] {
    this.#source.at(scene)
    this.#fit(scene.tracks.capacity)
    for (const slot of scene.released) this.#forget(slot)
    const isOpen = this.#schedule.isOpen(scene.ptsMs)
    if (scene.isBreak || (this.#isOpen && !isOpen)) this.#forgetPlaces()
    this.#isOpen = isOpen
    return isOpen ? this.#look(scene) : nothing
  }

  flush(): readonly Event[] {
    return []
  }

  snapshot(): Readonly<Record<string, number>> {
    return { in: this.#in, out: this.#out }
  }

  /** The hot loop: who goes beside the line's bounds costs a few comparisons. */
  #look(scene: Scene): readonly Event[] {
    let events: Event[] | undefined
    const { rows, slots, labels } = scene
    const { observed, count } = rows
    const { left, top, right, bottom } = this.#bounds
    const isOwn = this.#isOwn
    const own = this.#cells
    const { values: steps, cells } = scene.steps(this.#definition.anchor, this.#definition)
    for (let row = 0; row < count; row++) {
      // Comparisons are false for who has no last observation.
      const isAside =
        (cells[row]! & own) === 0 ||
        steps[row * 4 + 2]! < left ||
        steps[row * 4]! > right ||
        steps[row * 4 + 3]! < top ||
        steps[row * 4 + 1]! > bottom
      if (isAside && isOwn[slots[row]!] === 0) continue
      if (observed[row] === 0) continue
      if (this.#filter.isNeeded && !this.#filter.admits(rows, row, labels)) continue
      const net = this.#step(scene, row)
      if (net !== 0) (events ??= []).push(this.#count(slots[row]!, net, this.#source.sighting(scene, row)))
    }
    for (const handOver of scene.handOvers) {
      const event = this.#handOver(scene, handOver)
      if (event) (events ??= []).push(event)
    }
    return events ?? nothing
  }

  /** Above 0 for a crossing to the right, below 0 for one to the left. */
  #step(scene: Scene, row: number): number {
    const { points, anchor, minTravel } = this.#definition
    const slot = scene.slots[row]!
    const at = slot * 2
    const last = this.#last
    this.#hold(scene, slot)
    const here = anchorOf(anchor, scene.rows.boxes, row * 4)
    const [x, y] = here
    const origin = this.#origin
    if (Number.isNaN(origin[at]!)) {
      origin[at] = x
      origin[at + 1] = y
    }
    if (isNear(points, here, reachOf(this.#definition, scene.rows.boxes, row), this.#aspect)) return 0
    if (Number.isNaN(this.#first[at]!)) this.#first.set(here, at)
    const net = Number.isNaN(last[at]!) ? 0 : crossings(points, [last[at]!, last[at + 1]!], here)
    if (net !== 0) {
      if (minTravel > 0 && apart(x, y, origin[at]!, origin[at + 1]!, this.#aspect) < minTravel) return 0
      origin[at] = x
      origin[at + 1] = y
    }
    last[at] = x
    last[at + 1] = y
    // With a filter, the last observation of all may be one that this line does not see.
    if (!this.#filter.isNeeded) this.#isOwn[slot] = 0
    return net
  }

  /** Two ids were one object: what it did between them counts now, for the one that goes on. */
  #handOver(scene: Scene, { from, to, gapMs, distance }: HandOver): Event | undefined {
    const { withinMs, reach } = this.#handOverLimits
    const [before, after] = [from * 2, to * 2]
    const [origin, last, first] = [this.#origin, this.#last, this.#first]
    if (gapMs > withinMs || distance > reach || Number.isNaN(origin[before]!)) return undefined
    this.#hold(scene, from)
    if (Number.isNaN(first[after]!)) {
      // The one that goes on has not been off the line: it may still come from the other side.
      origin.copyWithin(after, before, before + 2)
      last.copyWithin(after, before, before + 2)
      this.#isOwn[to] = 1
      return undefined
    }
    const [x, y] = [first[after]!, first[after + 1]!]
    const { points, minTravel } = this.#definition
    const net = Number.isNaN(last[before]!) ? 0 : crossings(points, [last[before]!, last[before + 1]!], [x, y])
    if (net === 0 || apart(x, y, origin[before]!, origin[before + 1]!, this.#aspect) < minTravel) return undefined
    return this.#count(to, net, this.#sightingOf(scene, to))
  }

  /** As this frame shows it, or as it was seen last. */
  #sightingOf(scene: Scene, slot: number): Sighting {
    const row = scene.slots.indexOf(slot)
    return row >= 0 && row < scene.rows.count ? this.#source.sighting(scene, row) : this.#source.lastSighting(slot)
  }

  /** Makes the last point of a track, which was the last observation before this frame, this line's own. */
  #hold({ tracks }: Scene, slot: number): void {
    if (this.#isOwn[slot] === 1) return
    this.#isOwn[slot] = 1
    this.#last.set(anchorOf(this.#definition.anchor, tracks.boxes, slot * 4), slot * 2)
  }

  #count(slot: number, net: number, sighting: Sighting): Event {
    const direction = net > 0 ? 'in' : 'out'
    if (net > 0) this.#in++
    else this.#out++
    const header = this.#source.header('line-crossed', `track-${sighting.trackId}`, ++this.#crossed[slot]!)
    return { ...header, lineId: this.#lineId, ...sighting, direction }
  }

  #fit(capacity: number): void {
    if (this.#crossed.length >= capacity) return
    this.#isOwn = grownTo(this.#isOwn, capacity, 1)
    this.#last = grownTo(this.#last, capacity * 2, Number.NaN)
    this.#origin = grownTo(this.#origin, capacity * 2, Number.NaN)
    this.#first = grownTo(this.#first, capacity * 2, Number.NaN)
    this.#crossed = grownTo(this.#crossed, capacity)
  }

  #forget(slot: number): void {
    this.#isOwn[slot] = 1
    this.#last.fill(Number.NaN, slot * 2, slot * 2 + 2)
    this.#origin.fill(Number.NaN, slot * 2, slot * 2 + 2)
    this.#first.fill(Number.NaN, slot * 2, slot * 2 + 2)
    this.#crossed[slot] = 0
  }

  #forgetPlaces(): void {
    this.#isOwn.fill(1)
    this.#last.fill(Number.NaN)
    this.#origin.fill(Number.NaN)
    this.#first.fill(Number.NaN)
  }
}
