import type { StreamFigures } from '../../api/metrics.ts'
import type { Event } from '../../contract/event.ts'
import { Durations } from '../../core/durations.ts'
import type { SourceCounters } from '../../media/sources/source.ts'
import type { DurationSink } from '../../pipeline/stage-clock.ts'

/** What is so at the moment of a look. */
export interface StreamNow {
  /** Of the connection that is open. */
  readonly open: SourceCounters
  readonly lostRecords: number
  /** Pictures that wait for their turn. */
  readonly waiting: number
}

/** The rate is that of the last so many milliseconds. */
const rateOverMs = 5000

/** What a stream's figures are added up in. */
export class StreamCounts implements DurationSink {
  readonly #frames: Record<string, number> = {}
  readonly #stages: Record<string, Durations> = {}
  readonly #events: Record<string, number> = {}
  readonly #clock: () => number
  /** Looks of the last `rateOverMs`, and one from before. */
  readonly #looks: { readonly atMs: number; readonly frames: number }[] = []
  /** Of connections that are over. */
  #bytes = 0
  #lostPackets = 0
  failures = 0
  /** Connections to the source, but for the stream's first. */
  reconnects = 0

  constructor(clock = () => performance.now()) {
    this.#clock = clock
  }

  /** `outcome`: analysed, gated, skipped, dropped-late, dropped-overload or dropped-broken. */
  frames(outcome: string, count = 1): void {
    if (count > 0) this.#frames[outcome] = (this.#frames[outcome] ?? 0) + count
  }

  add(stage: string, ms: number): void {
    const known = (this.#stages[stage] ??= new Durations())
    known.add(ms / 1000)
  }

  events(events: readonly Event[]): void {
    for (const { kind } of events) this.#events[kind] = (this.#events[kind] ?? 0) + 1
  }

  received(bytes: number, lostPackets: number): void {
    this.#bytes += bytes
    this.#lostPackets += lostPackets
  }

  snapshot({ open, lostRecords, waiting }: StreamNow): StreamFigures {
    const late = (this.#frames['dropped-late'] ?? 0) + open.droppedUnits
    return {
      fps: this.#rate(),
      waiting,
      frames: { ...this.#frames, ...(late > 0 && { 'dropped-late': late }) },
      stageSeconds: Object.fromEntries(Object.entries(this.#stages).map(([stage, all]) => [stage, all.snapshot()])),
      events: { ...this.#events },
      bytes: this.#bytes + open.bytes,
      lostPackets: this.#lostPackets + open.lostPackets,
      failures: this.failures,
      reconnects: this.reconnects,
      lostRecords
    }
  }

  #rate(): number {
    const frames = (this.#frames.analysed ?? 0) + (this.#frames.gated ?? 0)
    const atMs = this.#clock()
    this.#looks.push({ atMs, frames })
    while (this.#looks.length > 2 && this.#looks[1]!.atMs <= atMs - rateOverMs) this.#looks.shift()
    const first = this.#looks[0]!
    return atMs > first.atMs ? ((frames - first.frames) * 1000) / (atMs - first.atMs) : 0
  }
}
