import { randomInt } from 'node:crypto'
import type { ClockMessage } from '../../contract/live.ts'
import type { RelayedUnit } from '../stream-feed.ts'

const ticksPerMs = 90
/** Half the way round would make earlier and later the same: the map is told again long before. */
const tellAgainTicks = 2 ** 29

/**
 * Gives pictures the RTP timestamps that they go to a viewer with. Within an epoch those follow the media time exactly;
 * from one epoch to the next, and where a key frame's time steps back since it was put right, they go on by the time that went by,
 * and never back.
 */
export class SessionClock {
  readonly #session: string
  readonly #stream: string
  #message: ClockMessage | undefined
  /** Timestamps without their wrapping, from a random start. */
  #lastTicks: number
  #lastAtMs = 0
  /** From media time to those. */
  #addedTicks = 0
  #toldTicks = 0

  constructor(stream: string, session: string, start = randomInt(2 ** 31)) {
    this.#stream = stream
    this.#session = session
    this.#lastTicks = start
  }

  /** What is true now; undefined before the first picture. */
  get message(): ClockMessage | undefined {
    return this.#message
  }

  /** Timestamp of a picture; `change` is to be told to the viewer before it. `nowMs` is steady. */
  next(
    { epoch, isKey, ptsMs }: RelayedUnit,
    nowMs: number
  ): { readonly rtpTimestamp: number; readonly change?: ClockMessage } {
    const isBack = isKey && this.#addedTicks + ptsMs * ticksPerMs < this.#lastTicks
    const isNew = this.#message?.epoch !== epoch || isBack
    if (isNew) {
      const passedMs = this.#message ? Math.max(1, Math.round(nowMs - this.#lastAtMs)) : 0
      this.#addedTicks = this.#lastTicks + passedMs * ticksPerMs - Math.floor(ptsMs) * ticksPerMs
    }
    const ticks = this.#addedTicks + Math.round(ptsMs * ticksPerMs)
    this.#lastTicks = Math.max(ticks, this.#lastTicks)
    this.#lastAtMs = nowMs
    const rtpTimestamp = wrapped(ticks)
    if (!isNew && ticks - this.#toldTicks < tellAgainTicks) return { rtpTimestamp }
    this.#toldTicks = ticks
    const change: ClockMessage = {
      type: 'clock',
      session: this.#session,
      stream: this.#stream,
      epoch,
      // Of the whole millisecond before the picture: there the map has no rounding in it.
      rtpTimestamp: wrapped(this.#addedTicks + Math.floor(ptsMs) * ticksPerMs),
      ptsMs: Math.floor(ptsMs)
    }
    this.#message = change
    return { rtpTimestamp, change }
  }

  /** Timestamp of this very moment, for reports. */
  timestampAt(nowMs: number): number {
    return wrapped(this.#lastTicks + Math.round((nowMs - this.#lastAtMs) * ticksPerMs))
  }
}

function wrapped(ticks: number): number {
  return ((ticks % 2 ** 32) + 2 ** 32) % 2 ** 32
}
