import type { FrameTime } from './frame-clock.ts'

/** When a picture and its boxes were where: in milliseconds of one clock of this page. */
interface Times {
  /** The picture's packets were here. */
  received?: number
  /** Handed to the screen: boxes that are here by then appear with it. */
  shown?: number
  seen?: number
  boxesCame?: number
  /** From the picture's last byte at the server to its boxes. */
  delayMs?: number
}

export interface PictureDelay {
  /** From the picture's arrival to that of its boxes: what it would have to wait to be shown with them. */
  readonly lagMs: number
  /** What it did wait. */
  readonly waitedMs: number
  /** From the picture at the server to the eye. */
  readonly behindMs: number
}

/** Two seconds of 60 pictures each. */
const mostKept = 120

/** Brings together when pictures and their boxes came, whichever is first. Pure. */
export class PictureTimes {
  readonly #times = new Map<string, Times>()

  boxes(time: FrameTime, nowMs: number, delayMs: number): PictureDelay | undefined {
    return this.#learn(time, { boxesCame: nowMs, delayMs })
  }

  /** `receivedMs`: where the browser says when the picture came. */
  shown(time: FrameTime, nowMs: number, seenMs: number, receivedMs?: number): PictureDelay | undefined {
    return this.#learn(time, { shown: nowMs, seen: seenMs, ...(receivedMs !== undefined && { received: receivedMs }) })
  }

  clear(): void {
    this.#times.clear()
  }

  /** Undefined until both are known. */
  #learn({ epoch, ptsMs }: FrameTime, facts: Times): PictureDelay | undefined {
    const near = [0, -1, 1].map(off => `${epoch} ${ptsMs + off}`)
    const key = near.find(each => this.#times.has(each)) ?? near[0]!
    const times = { ...this.#times.get(key), ...facts }
    this.#times.set(key, times)
    if (this.#times.size > mostKept) this.#times.delete(this.#times.keys().next().value!)
    const { boxesCame, delayMs, shown, seen } = times
    if (boxesCame === undefined || delayMs === undefined || shown === undefined || seen === undefined) return undefined
    const sent = boxesCame - delayMs
    const { received = sent } = times
    return { lagMs: boxesCame - received, waitedMs: shown - received, behindMs: seen - sent }
  }
}
