import type { LogBatch, Refusal, Sink } from '../../events/sink.ts'
import type { LiveEvent } from './live-event.ts'
import { liveEvent } from './live-event.ts'

/** What is told of each event. */
export interface EventReceiver {
  event(event: LiveEvent): unknown
}

/**
 * Carries events from the logs to the live socket. It keeps no positions: it begins where the store was when this process
 * began, so that every event is in the store or comes by here. What jobs log is no news: whoever wants it asks the store.
 */
export class LiveSink implements Sink {
  readonly name = 'live'
  readonly required = false
  readonly #receiver: EventReceiver
  readonly #next: Map<string, number>

  /** `stored`: by log, the `seq` that the store wanted next when this process began (`storedSoFar`). */
  constructor(receiver: EventReceiver, stored: ReadonlyMap<string, number>) {
    this.#receiver = receiver
    this.#next = new Map(stored)
  }

  async position(log: string): Promise<number> {
    return this.#next.get(log) ?? 1
  }

  async take({ log, records, nextSeq, replaces }: LogBatch): Promise<readonly Refusal[]> {
    if (!replaces) {
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
