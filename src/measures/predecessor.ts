import type { TrackColumns } from '../core/columns.ts'
import { retainedMs, type TrackTable } from './track-table.ts'

/** So many that vanished are looked at, in a frame in which somebody is new. */
const maxVanished = 512

/** Finds from whom a new track may have taken over. Keeps who vanished lately for the length of a frame. */
export class Predecessors {
  readonly #vanished: number[] = []
  /** What was answered in this frame, by row: many lines ask the same. */
  readonly #answers = new Map<number, { readonly withinMs: number; readonly reach: number; readonly slot: number }>()
  #isListed = false

  /** Another frame. */
  next(): void {
    this.#isListed = false
    this.#answers.clear()
  }

  /** See Scene.predecessor. */
  find(scene: FrameOfTracks, row: number, withinMs: number, reach: number): number {
    const answer = this.#answers.get(row)
    if (answer?.withinMs === withinMs && answer.reach === reach) return answer.slot
    if (!this.#isListed) this.#list(scene.tracks, scene.clockMs)
    const slot = this.#nearest(scene, row, withinMs, reach)
    this.#answers.set(row, { withinMs, reach, slot })
    return slot
  }

  #nearest(
    { rows, slots, tracks, clockMs, aspect }: FrameOfTracks,
    row: number,
    withinMs: number,
    reach: number
  ): number {
    const own = slots[row]!
    const born = Number.isNaN(tracks.bornMs[own]!) ? clockMs : tracks.bornMs[own]!
    const x = rows.boxes[row * 4]! + rows.boxes[row * 4 + 2]! / 2
    const y = rows.boxes[row * 4 + 1]! + rows.boxes[row * 4 + 3]! / 2
    let best = -1
    let bestDistance = Number.POSITIVE_INFINITY
    for (const slot of this.#vanished) {
      const apartMs = born - tracks.seenMs[slot]!
      if (slot === own || !(apartMs > 0 && apartMs <= withinMs)) continue
      if (tracks.classIds[slot] !== rows.classIds[row]) continue
      const height = tracks.boxes[slot * 4 + 3]!
      const offX = (tracks.boxes[slot * 4]! + tracks.boxes[slot * 4 + 2]! / 2 - x) * aspect
      const offY = tracks.boxes[slot * 4 + 1]! + height / 2 - y
      const distance = Math.hypot(offX, offY) / height
      if (distance > reach || distance >= bestDistance) continue
      best = slot
      bestDistance = distance
    }
    return best
  }

  #list(tracks: TrackTable, clockMs: number): void {
    this.#isListed = true
    this.#vanished.length = 0
    for (const slot of tracks.past()) {
      if (tracks.isSeenNow(slot) || !(clockMs - tracks.seenMs[slot]! <= retainedMs)) continue
      this.#vanished.push(slot)
      if (this.#vanished.length === maxVanished) return
    }
  }
}

interface FrameOfTracks {
  readonly rows: TrackColumns
  readonly slots: Int32Array
  readonly tracks: TrackTable
  readonly clockMs: number
  readonly aspect: number
}
