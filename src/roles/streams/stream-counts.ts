import type { StreamFigures } from '../../api/metrics.ts'
import type { Event } from '../../contract/event.ts'
import type { SourceCounters } from '../../media/sources/source.ts'
import type { DurationSink } from '../../pipeline/stage-clock.ts'

/** What a stream's figures are added up in. */
export class StreamCounts implements DurationSink {
  readonly #frames: Record<string, number> = {}
  readonly #stages: Record<string, { count: number; sum: number }> = {}
  readonly #events: Record<string, number> = {}
  /** Of connections that are over. */
  #bytes = 0
  #lostPackets = 0
  failures = 0

  /** `outcome`: analysed, gated, skipped, dropped-late, dropped-overload or dropped-broken. */
  frames(outcome: string, count = 1): void {
    if (count > 0) this.#frames[outcome] = (this.#frames[outcome] ?? 0) + count
  }

  add(stage: string, ms: number): void {
    const known = (this.#stages[stage] ??= { count: 0, sum: 0 })
    known.count++
    known.sum += ms / 1000
  }

  events(events: readonly Event[]): void {
    for (const { kind } of events) this.#events[kind] = (this.#events[kind] ?? 0) + 1
  }

  received(bytes: number, lostPackets: number): void {
    this.#bytes += bytes
    this.#lostPackets += lostPackets
  }

  /** `under`: of the connection that is open. */
  snapshot(under: SourceCounters, lostRecords: number): StreamFigures {
    const late = (this.#frames['dropped-late'] ?? 0) + under.droppedUnits
    return {
      frames: { ...this.#frames, ...(late > 0 && { 'dropped-late': late }) },
      stageSeconds: structuredClone(this.#stages),
      events: { ...this.#events },
      bytes: this.#bytes + under.bytes,
      lostPackets: this.#lostPackets + under.lostPackets,
      failures: this.failures,
      lostRecords
    }
  }
}
