import { type Event, eventId, eventVersion } from '../contract/event.ts'
import type { Point } from '../contract/geometry.ts'
import { insidePolygon } from '../core/polygon.ts'
import type { Stage } from '../core/stage.ts'
import { checkDrawing } from './drawing.ts'
import { type MeasureOrigin, type Sighting, sightingAt, type TrackFrame, testPoint } from './track-frame.ts'

export interface ZoneOptions extends MeasureOrigin {
  readonly name: string
  /** Three or more corners, normalised; the last is joined to the first. */
  readonly points: readonly Point[]
}

interface Visitor {
  sighting: Sighting
  isInside: boolean
  enteredMs: number
  /** Last time a frame showed the visitor inside. */
  presentMs: number
  visits: number
}

/** Who is in a zone, since when, and how many at most. Rules Z1…Z9 of docs/spec/measures.md. */
export class ZoneWatch implements Stage<TrackFrame, Event> {
  readonly name: string
  readonly #options: ZoneOptions
  readonly #visitors = new Map<number, Visitor>()
  #current = 0
  #peak = 0
  #entered = 0
  #left = 0
  #dwellMs = 0
  #longestDwellMs = 0
  #at = { frame: 0, ptsMs: 0 }

  /** @throws SL_OPTION_INVALID for a point outside the frame or fewer than three corners */
  constructor(options: ZoneOptions) {
    checkDrawing('zone', options.name, options.points, 3)
    this.name = `zone.${options.name}@1`
    this.#options = options
  }

  process(input: TrackFrame): readonly Event[] {
    const events: Event[] = []
    this.#at = { frame: input.frame, ptsMs: input.ptsMs }
    for (const trackId of input.ended) {
      const visitor = this.#visitors.get(trackId)
      if (visitor?.isInside) events.push(this.#leave(visitor, visitor.presentMs))
      this.#visitors.delete(trackId)
    }
    for (let row = 0; row < input.rows.count; row++) {
      const event = this.#look(input, row)
      if (event) events.push(event)
    }
    this.#peak = Math.max(this.#peak, this.#current)
    return events
  }

  flush(): readonly Event[] {
    const events: Event[] = []
    for (const visitor of this.#visitors.values()) {
      if (visitor.isInside) events.push(this.#leave(visitor, visitor.presentMs))
    }
    this.#visitors.clear()
    return events
  }

  /** Dwell counts ended visits alone: `dwellMs` is their sum, `left` how many they are. */
  snapshot(): Readonly<Record<string, number>> {
    const counts = { entered: this.#entered, left: this.#left, current: this.#current, peak: this.#peak }
    return { ...counts, dwellMs: this.#dwellMs, longestDwellMs: this.#longestDwellMs }
  }

  /** Only an observation moves anybody in or out; a frame that merely repeats or predicts keeps them where they are. */
  #look(input: TrackFrame, row: number): Event | undefined {
    const trackId = input.rows.trackIds[row]!
    const visitor = this.#visitors.get(trackId)
    if (input.rows.observed[row] === 0) {
      if (visitor?.isInside) visitor.presentMs = input.ptsMs
      return undefined
    }
    const [x, y] = testPoint(input.rows, row)
    const isIn = insidePolygon(x, y, this.#options.points)
    if (!visitor?.isInside) {
      return isIn ? this.#enter(sightingAt(input, row), visitor?.visits ?? 0, input.ptsMs) : undefined
    }
    visitor.sighting = sightingAt(input, row)
    if (!isIn) return this.#leave(visitor, input.ptsMs)
    visitor.presentMs = input.ptsMs
    return undefined
  }

  #enter(sighting: Sighting, before: number, ptsMs: number): Event {
    const visits = before + 1
    this.#visitors.set(sighting.trackId, { sighting, isInside: true, enteredMs: ptsMs, presentMs: ptsMs, visits })
    this.#entered++
    this.#current++
    const kind = 'zone-entered'
    const id = this.#id(sighting.trackId, kind, visits)
    return { version: eventVersion, id, ...this.#where(), kind, zoneId: this.#options.name, ...sighting }
  }

  #leave(visitor: Visitor, untilMs: number): Event {
    const { sighting, enteredMs, visits } = visitor
    visitor.isInside = false
    const dwellMs = Math.max(0, untilMs - enteredMs)
    this.#left++
    this.#current--
    this.#dwellMs += dwellMs
    this.#longestDwellMs = Math.max(this.#longestDwellMs, dwellMs)
    const kind = 'zone-left'
    const id = this.#id(sighting.trackId, kind, visits)
    return { version: eventVersion, id, ...this.#where(), kind, zoneId: this.#options.name, ...sighting, dwellMs }
  }

  #id(trackId: number, kind: 'zone-entered' | 'zone-left', n: number): string {
    const { stream, epoch } = this.#options
    return eventId({ stream, epoch, measure: this.name, subject: `track-${trackId}`, kind, n })
  }

  #where() {
    return { stream: this.#options.stream, epoch: this.#options.epoch, ...this.#at }
  }
}
