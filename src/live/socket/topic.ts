import type { StateMessage } from '../../contract/live.ts'
import { Audience, type Selection } from './audience.ts'
import type { EventRing } from './event-ring.ts'
import type { Newest, OutBox } from './out-box.ts'

/** What the hub knows of one stream. */
export interface Topic {
  readonly name: string
  /** Who named this stream; who wants all is elsewhere. */
  readonly audience: Audience<OutBox>
  /** Undefined before the first event. */
  ring: EventRing | undefined
  /** Undefined for a stream that is not there. */
  stateMessage: StateMessage | undefined
  readonly state: Newest
  readonly tracks: Newest
  /** Whether somebody was said to watch it. */
  watched: boolean
}

/** All streams that anybody has spoken of. */
export class Topics {
  readonly #byName = new Map<string, Topic>()

  get size(): number {
    return this.#byName.size
  }

  get(name: string): Topic | undefined {
    return this.#byName.get(name)
  }

  of(name: string): Topic {
    const known = this.#byName.get(name)
    if (known) return known
    const topic: Topic = {
      name,
      audience: new Audience(),
      ring: undefined,
      stateMessage: undefined,
      state: { stream: name, frame: undefined },
      tracks: { stream: name, frame: undefined },
      watched: false
    }
    this.#byName.set(name, topic)
    return topic
  }

  all(): IterableIterator<Topic> {
    return this.#byName.values()
  }

  join(name: string, out: OutBox, selection: Selection): Topic {
    const topic = this.of(name)
    topic.audience.add(out, selection)
    return topic
  }

  /** Undefined where nothing is left to know of it. */
  leave(name: string, out: OutBox): Topic | undefined {
    const topic = this.#byName.get(name)
    topic?.audience.remove(out)
    return topic && this.tidy(topic)
  }

  /** Forgets a stream that is not there and that nobody named: names are cheap to invent. */
  tidy(topic: Topic): Topic | undefined {
    if (!topic.audience.isEmpty || topic.stateMessage || topic.ring) return topic
    this.#byName.delete(topic.name)
    return undefined
  }
}
