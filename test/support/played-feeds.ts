import { setTimeout as delay } from 'node:timers/promises'
import type { StateMessage } from '../../src/contract/live.ts'
import { SightlineError } from '../../src/core/errors.ts'
import type { RelayedFormat, RelayedPicture, RelayedUnit, StreamFeeds } from '../../src/live/stream-feed.ts'

/** Streams whose pictures the test gives out one by one. */
export class PlayedFeeds implements StreamFeeds {
  readonly #watchers = new Map<string, Set<Watcher>>()
  readonly #formats = new Map<string, RelayedFormat>()
  /** Streams whose viewers asked for a key frame, in order. */
  readonly keysWanted: string[] = []
  /** What everybody who starts to watch gets first. */
  welcome: readonly RelayedUnit[] = []
  /** Thrown to whoever starts to watch. */
  refusal: SightlineError | undefined

  constructor(...streams: readonly string[]) {
    for (const stream of streams) this.#watchers.set(stream, new Set())
  }

  state(stream: string): StateMessage | undefined {
    if (!this.#watchers.has(stream)) return undefined
    return { type: 'state', stream, title: stream, state: 'up', sinceMs: 0 }
  }

  states(): readonly StateMessage[] {
    return [...this.#watchers.keys()].map(stream => this.state(stream)!)
  }

  watchers(stream: string): number {
    return this.#watchers.get(stream)?.size ?? 0
  }

  push(stream: string, unit: RelayedUnit): void {
    if (unit.format) this.#formats.set(stream, unit.format)
    for (const watcher of this.#watchers.get(stream) ?? []) watcher.push(unit)
  }

  /** The stream is removed. */
  remove(stream: string): void {
    for (const watcher of this.#watchers.get(stream) ?? []) watcher.end()
    this.#watchers.delete(stream)
  }

  /** Gives units out at the pace of their times, `speed` times as fast, until they or `signal` end. */
  async play(stream: string, units: Iterable<RelayedUnit>, signal: AbortSignal, speed = 1): Promise<void> {
    const startMs = performance.now()
    let firstMs: number | undefined
    for (const unit of units) {
      firstMs ??= unit.ptsMs
      const waitMs = startMs + (unit.ptsMs - firstMs) / speed - performance.now()
      if (waitMs > 0) await delay(waitMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      this.push(stream, unit)
    }
  }

  async *units(stream: string, _options: { readonly playable: boolean }, signal: AbortSignal) {
    const watchers = this.#watchers.get(stream)
    if (!watchers) throw new SightlineError('SL_STREAM_UNKNOWN', `There is no stream ${stream}.`)
    if (this.refusal) throw this.refusal
    const watcher = new Watcher(signal)
    watchers.add(watcher)
    for (const unit of this.welcome) watcher.push(unit)
    try {
      let format = true
      for await (const unit of watcher.units()) {
        // Whoever comes later has not heard it.
        yield format ? { ...unit, format: unit.format ?? this.#formats.get(stream)! } : unit
        format = false
      }
    } finally {
      watchers.delete(watcher)
    }
  }

  async picture(): Promise<RelayedPicture> {
    throw new SightlineError('SL_INTERNAL', 'This feed has no pictures.')
  }

  async *pictures(): AsyncGenerator<RelayedPicture> {}

  wantKey(stream: string): void {
    this.keysWanted.push(stream)
  }
}

class Watcher {
  #waiting: RelayedUnit[] = []
  #wake: (() => void) | undefined
  #isEnded = false
  #hasBegun = false

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.end(), { once: true })
  }

  push(unit: RelayedUnit): void {
    this.#hasBegun ||= unit.isKey
    if (this.#hasBegun) this.#waiting.push(unit)
    this.#wake?.()
  }

  end(): void {
    this.#isEnded = true
    this.#wake?.()
  }

  async *units(): AsyncGenerator<RelayedUnit> {
    for (;;) {
      for (let unit = this.#waiting.shift(); unit; unit = this.#waiting.shift()) yield unit
      if (this.#isEnded) return
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }
}

/** A clip's pictures as a feed gives them: times from 0 on, the format with the first. */
export function relayedUnits(
  units: readonly { readonly data: Buffer; readonly isKey: boolean; readonly sourceMs: number }[],
  codec: RelayedFormat['codec'],
  { epoch = 1, startMs = 0, width = 320, height = 180 } = {}
): RelayedUnit[] {
  const format: RelayedFormat = { codec, parameterSets: Buffer.alloc(0), width, height }
  return units.map(({ data, isKey, sourceMs }, index) => ({
    data,
    isKey,
    epoch,
    ptsMs: startMs + sourceMs - units[0]!.sourceMs,
    ...(index === 0 && { format })
  }))
}
