import { minuteMs, type RateStore, roundingMs, type Taken } from './rate-store.ts'

export interface MemoryRatesOptions {
  /** Keys that are remembered; the one that asked longest ago is forgotten first. About 150 bytes each. */
  readonly most?: number
  readonly nowMs?: () => number
}

/**
 * Generic cell rate algorithm (ITU-T I.371): for each key one time, until which it has used up what it may have. A full minute
 * may be asked for at once.
 */
export class MemoryRates implements RateStore {
  readonly #most: number
  readonly #nowMs: () => number
  readonly #usedUntil = new Map<string, number>()

  constructor({ most = 50_000, nowMs = () => performance.now() }: MemoryRatesOptions = {}) {
    this.#most = most
    this.#nowMs = nowMs
  }

  take(key: string, perMinute: number): Taken {
    const nowMs = this.#nowMs()
    const before = Math.max(nowMs, this.#usedUntil.get(key) ?? 0)
    const after = before + minuteMs / perMinute
    if (after - nowMs > minuteMs + roundingMs) return { isAllowed: false, aheadMs: before - nowMs }
    this.#usedUntil.delete(key) // Put last: a map keeps the order in which its keys came.
    this.#usedUntil.set(key, after)
    if (this.#usedUntil.size > this.#most)
      for (const oldest of this.#usedUntil.keys()) {
        this.#usedUntil.delete(oldest)
        break
      }
    return { isAllowed: true, aheadMs: after - nowMs }
  }

  get size(): number {
    return this.#usedUntil.size
  }
}
