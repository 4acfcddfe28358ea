import type { TrackColumns } from '../core/columns.ts'
import { retainedMs, type TrackTable } from './track-table.ts'

/** So many that vanished are looked at, in a frame in which somebody is new. */
const maxVanished = 512
/** Farther away, in heights of its box, nobody is looked for. */
const farthest = 10
/** One object's boxes have heights of which one is at least this share of the other. */
const minHeightShare = 0.6

/** One object that the tracker gave two ids. */
export interface HandOver {
  /** Slot of the id that is over. */
  readonly from: number
  /** Slot of the id that goes on. */
  readonly to: number
  /** From the last observation of the one to the first of the other. */
  readonly gapMs: number
  /** Between the middles of their boxes then, in heights of the first. */
  readonly distance: number
}

/** What hand-overs are found from. */
export interface FrameOfTracks {
  readonly rows: TrackColumns
  readonly slots: Int32Array
  readonly tracks: TrackTable
  readonly clockMs: number
  readonly aspect: number
  readonly released: readonly number[]
}

/**
 * Finds who took over from whom: a new track may go on from the nearest one of its class and about its size that
 * vanished a moment ago. It is believed when that one is given up, and dropped when it is seen again.
 */
export class HandOvers {
  /** Those that are believed since this frame. */
  readonly confirmed: HandOver[] = []
  /** By the slot that is over. */
  readonly #waiting = new Map<number, HandOver>()
  readonly #vanished: number[] = []

  /** Looks at a frame, once its rows have their slots. */
  look(scene: FrameOfTracks): void {
    const { rows, slots, tracks, released } = scene
    this.confirmed.length = 0
    if (released.length > 0) this.#forget(new Set(released))
    let isListed = false
    for (let row = 0; row < rows.count; row++) {
      if (rows.observed[row] === 0 || !Number.isNaN(tracks.bornMs[slots[row]!]!)) continue
      if (!isListed) this.#list(scene)
      isListed = true
      const found = this.#nearest(scene, row)
      if (found) this.#waiting.set(found.from, found)
    }
    for (const handOver of this.#waiting.values()) {
      if (tracks.isSeenNow(handOver.from)) this.#waiting.delete(handOver.from)
      else if (!tracks.isLive(handOver.from)) {
        this.#waiting.delete(handOver.from)
        this.confirmed.push(handOver)
      }
    }
  }

  #nearest({ rows, slots, tracks, clockMs, aspect }: FrameOfTracks, row: number): HandOver | undefined {
    const { boxes } = rows
    const own = boxes[row * 4 + 3]!
    const x = boxes[row * 4]! + boxes[row * 4 + 2]! / 2
    const y = boxes[row * 4 + 1]! + own / 2
    let best: HandOver | undefined
    for (const slot of this.#vanished) {
      const height = tracks.boxes[slot * 4 + 3]!
      if (tracks.classIds[slot] !== rows.classIds[row] || this.#waiting.has(slot)) continue
      if (Math.min(own, height) < minHeightShare * Math.max(own, height)) continue
      const offX = (tracks.boxes[slot * 4]! + tracks.boxes[slot * 4 + 2]! / 2 - x) * aspect
      const offY = tracks.boxes[slot * 4 + 1]! + height / 2 - y
      const distance = Math.hypot(offX, offY) / height
      if (distance > Math.min(farthest, best?.distance ?? farthest)) continue
      best = { from: slot, to: slots[row]!, gapMs: clockMs - tracks.seenMs[slot]!, distance }
    }
    return best
  }

  /** Those that were observed before this frame, not long ago, and are not in it. */
  #list({ tracks, clockMs }: FrameOfTracks): void {
    this.#vanished.length = 0
    for (const slot of tracks.past()) {
      const agoMs = clockMs - tracks.seenMs[slot]!
      if (tracks.isSeenNow(slot) || !(agoMs > 0 && agoMs <= retainedMs)) continue
      this.#vanished.push(slot)
      if (this.#vanished.length === maxVanished) return
    }
  }

  #forget(released: ReadonlySet<number>): void {
    for (const { from, to } of this.#waiting.values()) {
      if (released.has(from) || released.has(to)) this.#waiting.delete(from)
    }
  }
}
