import type { TracePlace } from '../core/log-context.ts'
import { childOf, type SpanSink, wallMs } from '../core/span.ts'
import type { LogBatch, Sink } from '../events/sink.ts'

/** Records that are waited for, in each sink: what comes beyond takes the place of the oldest. */
const mostAwaited = 1000

/** Follows what traced frames have logged into the sinks: the last steps of their traces. */
export class SinkTraces {
  readonly #spans: SpanSink
  readonly #awaiting: Map<string, TracePlace>[] = []

  constructor(spans: SpanSink) {
    this.#spans = spans
  }

  /** `record`: type and id of one that a traced frame has brought. */
  expect(record: string, place: TracePlace): void {
    for (const awaited of this.#awaiting) {
      if (awaited.size >= mostAwaited)
        for (const [oldest] of awaited) {
          awaited.delete(oldest)
          break
        }
      awaited.set(record, place)
    }
  }

  /** The sink, followed. Where nothing is waited for, that costs nothing. */
  follow(sink: Sink): Sink {
    const awaited = new Map<string, TracePlace>()
    this.#awaiting.push(awaited)
    return {
      name: sink.name,
      required: sink.required,
      position: log => sink.position(log),
      forget: log => sink.forget(log),
      take: async batch => {
        const places = awaited.size > 0 ? found(awaited, batch) : []
        if (places.length === 0) return sink.take(batch)
        const beganMs = wallMs()
        const refusals = await sink.take(batch)
        for (const { key, place } of places) {
          awaited.delete(key)
          const facts = { 'sightline.log': batch.log, 'sightline.records': batch.records.length }
          this.#spans.take({
            ...childOf(place),
            name: `sink ${sink.name}`,
            kind: 'client',
            beganMs,
            endedMs: wallMs(),
            facts
          })
        }
        return refusals
      }
    }
  }
}

function found(awaited: ReadonlyMap<string, TracePlace>, { records }: LogBatch) {
  return records.flatMap(({ record: { type, id } }) => {
    const key = `${type} ${id}`
    const place = awaited.get(key)
    return place ? [{ key, place }] : []
  })
}
