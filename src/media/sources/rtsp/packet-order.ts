import type { RtpPacket } from './rtp-packet.ts'

/** Where packets may overtake each other. Raise either to lose less, at as much delay where one is lost for good. */
export interface Patience {
  /** Packets that wait for one before them. */
  readonly mostWaiting: number
  readonly longestMs: number
}

export const datagramPatience: Patience = { mostWaiting: 64, longestMs: 100 }
/** A connection keeps the order: what is missing was left out by the sender. */
export const noPatience: Patience = { mostWaiting: 0, longestMs: 0 }

/** A leap beyond this is no loss: the sender began anew. */
const farthest = 3000
/** So many numbers in order, all of them long gone, are no late packets: the sender began anew (RFC 3550 A.1 waits for 2). */
const mostLate = 8

/** Gives packets out in the order of their numbers (RFC 3550 §5.1), and says how many never came. Pure. */
export class PacketOrder {
  readonly #patience: Patience
  readonly #waiting = new Map<number, { readonly packet: RtpPacket; readonly arrivedMs: number }>()
  #next: number | undefined
  #late = 0
  #lastLate = -1
  lost = 0

  constructor(patience: Patience) {
    this.#patience = patience
  }

  /** What can be given out now; `gap` says that packets are missing before it. */
  *take(packet: RtpPacket, arrivedMs: number): Generator<{ readonly packet: RtpPacket; readonly gap: boolean }> {
    const { number } = packet
    const ahead = this.#next === undefined ? 0 : (number - this.#next) & 0xffff
    const isLate = ahead >= 0x10000 - farthest
    if ((isLate && !this.#isNewStart(number)) || this.#waiting.has(number)) return
    if (isLate || ahead > farthest) {
      this.#waiting.clear()
      this.#next = (number + 1) & 0xffff
      yield { packet, gap: true }
      return
    }
    this.#late = 0
    this.#next ??= number
    this.#waiting.set(number, { packet, arrivedMs })
    yield* this.#ready(false)
    while (this.#waiting.size > this.#patience.mostWaiting || this.#hasWaited(arrivedMs)) {
      while (!this.#waiting.has(this.#next)) {
        this.#next = (this.#next + 1) & 0xffff
        this.lost++
      }
      yield* this.#ready(true)
    }
  }

  *#ready(gap: boolean) {
    let isAfterGap = gap
    for (let first = this.#waiting.get(this.#next!); first; first = this.#waiting.get(this.#next!)) {
      this.#waiting.delete(this.#next!)
      this.#next = (this.#next! + 1) & 0xffff
      yield { packet: first.packet, gap: isAfterGap }
      isAfterGap = false
    }
  }

  /** Whether the one that waits longest has waited too long. */
  #hasWaited(nowMs: number): boolean {
    const first = this.#waiting.values().next().value
    return first !== undefined && nowMs - first.arrivedMs > this.#patience.longestMs
  }

  #isNewStart(number: number): boolean {
    this.#late = number === ((this.#lastLate + 1) & 0xffff) ? this.#late + 1 : 1
    this.#lastLate = number
    if (this.#late < mostLate) return false
    this.#late = 0
    return true
  }
}
