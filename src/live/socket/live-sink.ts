import type { LogBatch, Refusal, Sink } from '../../events/sink.ts'
import { type LiveEvent, liveEvent } from './live-event.ts'

/** Who is told of each event. */
export interface EventReceiver {
  event(event: LiveEvent): unknown
}

/** What was there when this process began. */
export interface LoggedBefore {
  /** By log, the `seq` that the store wanted next. */
  readonly positions: ReadonlyMap<string, number>
  /** Logs of workers that belong to an earlier process. What is in them is for the store alone. */
  readonly former: ReadonlySet<string>
}

/**
 * Carries events from the logs to the live socket. It keeps no positions: it begins where the store was when this process
 * began, so that every event is in the store or comes by here. Logs are read beside one another, so what former workers
 * left would come by among what the present ones log: it is no news, and neither is what jobs log. Whoever wants it asks
 * the store.
 */
export class LiveSink implements Sink {
  readonly name = 'live'
  readonly required = false
  readonly #receiver: EventReceiver
  readonly #next: Map<string, number>
  readonly #former: ReadonlySet<string>

  constructor(receiver: EventReceiver, { positions, former }: LoggedBefore) {
    this.#receiver = receiver
    this.#next = new Map(positions)
    this.#former = former
  }

  async position(log: string): Promise<number> {
    return this.#next.get(log) ?? 1
  }

  async take({ log, records, nextSeq, replaces }: LogBatch): Promise<readonly Refusal[]> {
    if (!replaces && !this.#former.has(log)) {
      for (const { record, bodyText } of records)
        if (record.type === 'event') this.#receiver.event(liveEvent(record.atMs, record.body, bodyText))
    }
    this.#next.set(log, nextSeq)
    return []
  }

  async forget(log: string): Promise<void> {
    this.#next.delete(log)
  }
}
