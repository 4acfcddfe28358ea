import { type Event, eventId, eventVersion } from '../contract/event.ts'
import type { Stage } from '../core/stage.ts'
import { type MeasureOrigin, type Sighting, sightingAt, type TrackFrame } from './track-frame.ts'

interface Life {
  readonly firstMs: number
  lastMs: number
  sighting: Sighting
}

/** Says when a track began and when it was over. Rules L1…L5 of docs/spec/measures.md. */
export class Lifecycle implements Stage<TrackFrame, Event> {
  readonly name = 'tracker@1'
  readonly #origin: MeasureOrigin
  readonly #lives = new Map<number, Life>()
  #started = 0
  #lastFrame = { frame: 0, ptsMs: 0 }

  constructor(origin: MeasureOrigin) {
    this.#origin = origin
  }

  process(input: TrackFrame): readonly Event[] {
    const events: Event[] = []
    this.#lastFrame = { frame: input.frame, ptsMs: input.ptsMs }
    for (const trackId of input.ended) {
      const life = this.#lives.get(trackId)
      if (!life) continue
      this.#lives.delete(trackId)
      events.push(this.#ended(life, 'lost'))
    }
    for (let row = 0; row < input.rows.count; row++) {
      if (input.rows.observed[row] === 0) continue
      const sighting = sightingAt(input, row)
      const life = this.#lives.get(sighting.trackId)
      if (life) {
        life.sighting = sighting
        life.lastMs = input.ptsMs
      } else {
        this.#started++
        this.#lives.set(sighting.trackId, { firstMs: input.ptsMs, lastMs: input.ptsMs, sighting })
        const kind = 'track-started'
        events.push({ version: eventVersion, id: this.#id(sighting, kind), ...this.#where(), kind, ...sighting })
      }
    }
    return events
  }

  flush(): readonly Event[] {
    const events = [...this.#lives.values()].map(life => this.#ended(life, 'end'))
    this.#lives.clear()
    return events
  }

  snapshot(): Readonly<Record<string, number>> {
    return { started: this.#started, live: this.#lives.size }
  }

  #ended({ sighting, firstMs, lastMs }: Life, reason: 'lost' | 'end'): Event {
    const kind = 'track-ended'
    const durationMs = Math.max(0, lastMs - firstMs)
    const id = this.#id(sighting, kind)
    return { version: eventVersion, id, ...this.#where(), kind, ...sighting, reason, durationMs }
  }

  #id({ trackId }: Sighting, kind: 'track-started' | 'track-ended'): string {
    return eventId({ ...this.#origin, measure: this.name, subject: `track-${trackId}`, kind, n: 1 })
  }

  #where() {
    return { stream: this.#origin.stream, epoch: this.#origin.epoch, ...this.#lastFrame }
  }
}
