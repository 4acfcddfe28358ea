import { type Event, eventId, eventVersion } from '../contract/event.ts'
import type { Point } from '../contract/geometry.ts'
import type { Stage } from '../core/stage.ts'
import { checkDrawing } from './drawing.ts'
import { crossings, isNear } from './polyline.ts'
import { type MeasureOrigin, sightingAt, type TrackFrame, testPoint } from './track-frame.ts'

export interface LineOptions extends MeasureOrigin {
  readonly name: string
  /** Two or more corners, normalised. */
  readonly points: readonly Point[]
  /** The frame's width by its height: distances are taken as they look. */
  readonly aspect: number
  /**
   * Who is this near to the line, in heights of the frame, is on it and on no side yet (default 0.005: 5 px of
   * 1080p, the trembling of a standing person's box). Raise it against double counts, lower it for short tracks.
   */
  readonly band?: number
}

interface Walker {
  /** Last observed point off the line; none for who was only seen on it. */
  last: Point | undefined
  crossed: number
}

/** Counts who crosses a line, by direction. Rules M1…M10 of docs/spec/measures.md. */
export class LineCounter implements Stage<TrackFrame, Event> {
  readonly name: string
  readonly #options: LineOptions
  readonly #band: number
  readonly #walkers = new Map<number, Walker>()
  #in = 0
  #out = 0

  /** @throws SL_OPTION_INVALID for a point outside the frame or a line without length */
  constructor(options: LineOptions) {
    checkDrawing('line', options.name, options.points, 2)
    this.name = `line.${options.name}@1`
    this.#options = options
    this.#band = options.band ?? 0.005
  }

  process(input: TrackFrame): readonly Event[] {
    const events: Event[] = []
    for (const trackId of input.ended) this.#walkers.delete(trackId)
    for (let row = 0; row < input.rows.count; row++) {
      if (input.rows.observed[row] === 0) continue
      const event = this.#step(input, row)
      if (event) events.push(event)
    }
    return events
  }

  flush(): readonly Event[] {
    return []
  }

  snapshot(): Readonly<Record<string, number>> {
    return { in: this.#in, out: this.#out }
  }

  #step(input: TrackFrame, row: number): Event | undefined {
    const { points, aspect } = this.#options
    const trackId = input.rows.trackIds[row]!
    let walker = this.#walkers.get(trackId)
    if (!walker) {
      walker = { last: undefined, crossed: 0 }
      this.#walkers.set(trackId, walker)
    }
    const here = testPoint(input.rows, row)
    if (isNear(points, here, this.#band, aspect)) return undefined
    const net = walker.last ? crossings(points, walker.last, here) : 0
    walker.last = here
    if (net === 0) return undefined
    walker.crossed++
    if (net > 0) this.#in++
    else this.#out++
    return this.#crossed(input, row, walker.crossed, net > 0 ? 'in' : 'out')
  }

  #crossed(input: TrackFrame, row: number, n: number, direction: 'in' | 'out'): Event {
    const { stream, epoch, name } = this.#options
    const kind = 'line-crossed'
    const sighting = sightingAt(input, row)
    const id = eventId({ stream, epoch, measure: this.name, subject: `track-${sighting.trackId}`, kind, n })
    const { frame, ptsMs } = input
    return { version: eventVersion, id, stream, epoch, frame, ptsMs, kind, lineId: name, ...sighting, direction }
  }
}
