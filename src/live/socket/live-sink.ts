import type { LogBatch, Refusal, Sink } from '../../events/sink.ts'
import { type LiveEvent, liveEvent } from './live-event.ts'

/** Who is told of each event. */
export interface EventReceiver {
  goesOnFrom(storedEpochs: ReadonlyMap<string, number>): void
  event(event: LiveEvent): unknown
}

/** Where the store stood when this process began. */
export interface StoredBefore {
  /** By log, the `seq` that it wanted next. */
  readonly positions: ReadonlyMap<string, number>
  /** By stream, the newest epoch of which it had events. */
  readonly epochs: ReadonlyMap<string, number>
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

  constructor(receiver: EventReceiver, { positions, epochs }: StoredBefore) {
    this.#receiver = receiver
    this.#next = new Map(positions)
    receiver.goesOnFrom(epochs)
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
