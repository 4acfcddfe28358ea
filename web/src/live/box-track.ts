import type { TracksMessage } from '../../../src/contract/live.ts'
import type { FrameTime } from './frame-clock.ts'

/** A box as it is to be drawn: normalised to the picture, `x, y` its top-left corner. */
export interface DrawnBox {
  readonly id: number
  readonly label: string
  readonly score: number
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
  /** 0 … 1: less where it is not known whether it is still there. */
  readonly opacity: number
}

/** How boxes came about: of that very picture, between two that were looked at, or of an older one. */
export type BoxOrigin = 'exact' | 'between' | 'held' | 'none'

export interface DrawnBoxes {
  readonly origin: BoxOrigin
  /** Media time of the picture that was looked at last before, or at, the one that is shown. */
  readonly ptsMs?: number
  readonly boxes: readonly DrawnBox[]
}

export interface BoxTrackOptions {
  /** How far back pictures may be that are still shown. Raise it for players that hold back longer. */
  readonly keepMs?: number
  /** Two pictures further apart than this say nothing about what was between them. */
  readonly bridgeMs?: number
  /** How long boxes stay when no newer ones come, at least: three pictures of a stream of 10 a second. */
  readonly holdMs?: number
  /** How long they take to go after that. */
  readonly fadeMs?: number
}

const defaults: Required<BoxTrackOptions> = { keepMs: 6000, bridgeMs: 1000, holdMs: 300, fadeMs: 300 }
/** Both ways round to whole milliseconds. */
const sameMs = 1
const none: DrawnBoxes = { origin: 'none', boxes: [] }

/** What is known of where things are in a stream, by picture. Pure: time is media time. */
export class BoxTrack {
  readonly #options: Required<BoxTrackOptions>
  /** Of one or two epochs, in order. */
  #messages: TracksMessage[] = []

  constructor(options: BoxTrackOptions = {}) {
    this.#options = { ...defaults, ...options }
  }

  get newest(): FrameTime | undefined {
    return this.#messages.at(-1)
  }

  add(message: TracksMessage): void {
    const { epoch, ptsMs } = message
    const at = this.#messages.findLastIndex(each => order(each, message) <= 0) + 1
    const isAgain = at > 0 && order(this.#messages[at - 1]!, message) === 0
    this.#messages.splice(isAgain ? at - 1 : at, isAgain ? 1 : 0, message)
    const newest = this.#messages.at(-1)!
    if (newest.epoch !== epoch) return
    const oldestMs = ptsMs - this.#options.keepMs
    this.#messages = this.#messages.filter(
      each => each.epoch === epoch - 1 || (each.epoch === epoch && each.ptsMs >= oldestMs)
    )
  }

  /** Everything is forgotten: another viewing begins. */
  clear(): void {
    this.#messages = []
  }

  /** The boxes of the picture `time`. */
  at({ epoch, ptsMs }: FrameTime): DrawnBoxes {
    const index = this.#messages.findLastIndex(each => order(each, { epoch, ptsMs: ptsMs + sameMs }) <= 0)
    const before = this.#messages[index]
    if (before?.epoch !== epoch) return none
    if (ptsMs - before.ptsMs <= sameMs) return { origin: 'exact', ptsMs: before.ptsMs, boxes: boxesOf(before) }
    const after = this.#messages[index + 1]
    if (after?.epoch === epoch && after.ptsMs - before.ptsMs <= this.#options.bridgeMs)
      return { origin: 'between', ptsMs: before.ptsMs, boxes: between(before, after, ptsMs) }
    return this.#held(before, index, ptsMs)
  }

  /** Where those in the picture `time` stood in the last `spanMs`, by id, the oldest first: their bottom centres. */
  trails({ epoch, ptsMs }: FrameTime, spanMs: number): ReadonlyMap<number, readonly (readonly [number, number])[]> {
    const trails = new Map<number, [number, number][]>()
    for (const message of this.#messages) {
      if (message.epoch !== epoch || message.ptsMs > ptsMs + sameMs || message.ptsMs < ptsMs - spanMs) continue
      for (const [id, , , x, y, w, h] of message.tracks) {
        const trail = trails.get(id) ?? []
        trails.set(id, trail)
        trail.push([x + w / 2, y + h])
      }
    }
    return trails
  }

  /** What was there last; less and less sure. A stream that is looked at seldom keeps its boxes until the next look. */
  #held(last: TracksMessage, index: number, ptsMs: number): DrawnBoxes {
    const { holdMs, fadeMs, bridgeMs } = this.#options
    const earlier = this.#messages[index - 1]
    const usualMs = earlier?.epoch === last.epoch ? Math.min(last.ptsMs - earlier.ptsMs, bridgeMs) : 0
    const overMs = ptsMs - last.ptsMs - Math.max(holdMs, 1.5 * usualMs)
    const opacity = Math.min(1, 1 - overMs / fadeMs)
    return opacity <= 0 ? none : { origin: 'held', ptsMs: last.ptsMs, boxes: boxesOf(last, opacity) }
  }
}

function order(a: FrameTime, b: FrameTime): number {
  return a.epoch - b.epoch || a.ptsMs - b.ptsMs
}

function boxesOf({ tracks, labels }: TracksMessage, opacity = 1): DrawnBox[] {
  return tracks.map(([id, label, score, x, y, w, h]) => ({
    id,
    label: labels[label] ?? '',
    score,
    x,
    y,
    w,
    h,
    opacity
  }))
}

/** Whoever is in both moves straight from one to the other; who is only in the first is let go on the way. */
function between(before: TracksMessage, after: TracksMessage, ptsMs: number): DrawnBox[] {
  const share = (ptsMs - before.ptsMs) / (after.ptsMs - before.ptsMs)
  const later = new Map(boxesOf(after).map(box => [box.id, box]))
  return boxesOf(before).map(box => {
    const next = later.get(box.id)
    if (!next) return { ...box, opacity: 1 - share }
    const mix = (from: number, to: number) => from + (to - from) * share
    return { ...next, x: mix(box.x, next.x), y: mix(box.y, next.y), w: mix(box.w, next.w), h: mix(box.h, next.h) }
  })
}
