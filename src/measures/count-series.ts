import type { Event, EventKind } from '../contract/event.ts'
import { SightlineError } from '../core/errors.ts'
import type { WallTime } from './schedule.ts'

/** How often something happened in one span of time. */
export interface CountBucket {
  /** Begin of the bucket: media time, or epoch milliseconds where the wall time is known. */
  readonly startMs: number
  readonly kind: EventKind
  /** Of the line, zone or rule; empty for a track's life. */
  readonly name: string
  /** `in` or `out` of a line, else empty. */
  readonly direction: string
  /** Class name; empty where an event is about no single track. */
  readonly label: string
  readonly count: number
}

/** Different things that are counted in one bucket at most; the rest is counted in `snapshot().ignored`. */
const maxKeys = 10_000

/**
 * Counts events in buckets of any length. A bucket is given when time has left it, forwards or back; buckets of the
 * same start add up, and one in which nothing happened is left out. Rules K1…K4 of docs/spec/measures.md.
 */
export class CountSeries {
  readonly bucketMs: number
  readonly #originMs: number
  readonly #offsetMs: number
  readonly #counts = new Map<string, { -readonly [Key in keyof CountBucket]: CountBucket[Key] }>()
  #startMs = 0
  #ignored = 0

  /** @throws SL_OPTION_INVALID for a bucket that is no whole number of milliseconds */
  constructor(bucketMs: number, wallTime?: WallTime) {
    if (!Number.isSafeInteger(bucketMs) || bucketMs < 1) {
      const message = `Buckets of ${bucketMs} ms cannot be counted in: give a whole number of milliseconds from 1.`
      throw new SightlineError('SL_OPTION_INVALID', message)
    }
    this.bucketMs = bucketMs
    this.#originMs = wallTime?.startEpochMs ?? 0
    this.#offsetMs = (wallTime?.utcOffsetMinutes ?? 0) * 60_000
  }

  /** Takes a frame's events; gives what the bucket before held, when the frame begins another. */
  process(ptsMs: number, events: readonly Event[]): readonly CountBucket[] {
    const startMs = this.#startOf(ptsMs)
    const over = startMs === this.#startMs ? [] : this.flush()
    this.#startMs = startMs
    for (const event of events) this.#count(event)
    return over
  }

  flush(): readonly CountBucket[] {
    const over = [...this.#counts.values()]
    this.#counts.clear()
    return over
  }

  snapshot(): Readonly<Record<string, number>> {
    return { open: this.#counts.size, ignored: this.#ignored }
  }

  /** Buckets begin where the clock on the wall shows a multiple of their length: hours at full hours. */
  #startOf(ptsMs: number): number {
    const localMs = this.#originMs + ptsMs + this.#offsetMs
    return Math.floor(localMs / this.bucketMs) * this.bucketMs - this.#offsetMs
  }

  #count(event: Event): void {
    const name = nameOf(event)
    const direction = event.kind === 'line-crossed' ? event.direction : ''
    const label = 'label' in event ? event.label : ''
    const key = JSON.stringify([event.kind, name, direction, label])
    const before = this.#counts.get(key)
    if (before) before.count++
    else if (this.#counts.size === maxKeys) this.#ignored++
    else this.#counts.set(key, { startMs: this.#startMs, kind: event.kind, name, direction, label, count: 1 })
  }
}

/** How the name of the measure begins that says so: `line` of `line.door`. Undefined for what no measure says. */
export function measureKindOf(kind: EventKind): string | undefined {
  if (kind === 'line-crossed') return 'line'
  if (kind === 'zone-entered' || kind === 'zone-left' || kind === 'dwell-exceeded' || kind.startsWith('crowd-'))
    return 'zone'
  if (kind === 'direction-violated') return 'direction'
  if (kind === 'tracks-met') return 'meeting'
  if (kind === 'track-stopped') return 'stop'
  return kind.startsWith('object-') ? 'object' : undefined
}

function nameOf(event: Event): string {
  if ('lineId' in event) return event.lineId
  if ('zoneId' in event) return event.zoneId
  return 'ruleId' in event ? event.ruleId : ''
}
