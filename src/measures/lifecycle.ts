import type { Event } from '../contract/event.ts'
import type { Stage } from '../core/stage.ts'
import { EventSource } from './event-source.ts'
import type { Scene } from './scene.ts'

/** Says when a track began and when it was over. Rules L1…L5 of docs/spec/measures.md. */
export class Lifecycle implements Stage<Scene, Event> {
  readonly name = 'tracker@1'
  readonly #source: EventSource
  /** Clock of the first and last observation, by the slot of each track that began and is not over; in the order they began. */
  readonly #lives = new Map<number, { readonly firstMs: number; lastMs: number }>()
  #started = 0

  constructor(origin: { readonly stream: string; readonly epoch: number }) {
    this.#source = new EventSource(origin, this.name)
  }

  process(scene: Scene): readonly Event[] {
    const events: Event[] = []
    this.#source.at(scene)
    for (const slot of scene.ended) {
      const life = this.#lives.get(slot)
      if (!life) continue
      this.#lives.delete(slot)
      events.push(this.#ended(slot, life, scene.isCut ? 'cut' : 'lost'))
    }
    const { rows, slots, clockMs } = scene
    for (let row = 0; row < rows.count; row++) {
      if (rows.observed[row] === 0) continue
      const life = this.#lives.get(slots[row]!)
      if (life) life.lastMs = clockMs
      else {
        this.#started++
        this.#lives.set(slots[row]!, { firstMs: clockMs, lastMs: clockMs })
        const sighting = this.#source.sighting(scene, row)
        events.push({ ...this.#source.header('track-started', `track-${sighting.trackId}`, 1), ...sighting })
      }
    }
    return events
  }

  flush(): readonly Event[] {
    const events = [...this.#lives].map(([slot, life]) => this.#ended(slot, life, 'end'))
    this.#lives.clear()
    return events
  }

  snapshot(): Readonly<Record<string, number>> {
    return { started: this.#started, live: this.#lives.size }
  }

  #ended(
    slot: number,
    { firstMs, lastMs }: { firstMs: number; lastMs: number },
    reason: 'lost' | 'cut' | 'end'
  ): Event {
    const sighting = this.#source.lastSighting(slot)
    const header = this.#source.header('track-ended', `track-${sighting.trackId}`, 1)
    return { ...header, ...sighting, reason, durationMs: lastMs - firstMs }
  }
}
