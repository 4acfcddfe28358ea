/** A packet is asked for again after this: about the time that there and back takes. */
const askAgainMs = 40
const mostAsked = 8
/** A larger leap is no loss that could be made good. */
const farthest = 512

/** Knows which packets are missing, and when to ask for them. Pure. */
export class MissingPackets {
  #highest: number | undefined
  readonly #missing = new Map<number, { asked: number; atMs: number }>()

  note(number: number): void {
    if (this.#missing.delete(number)) return
    const ahead = this.#highest === undefined ? 1 : (number - this.#highest) & 0xffff
    if (ahead === 0 || ahead >= 0x8000) return
    if (ahead > farthest) this.#missing.clear()
    else
      for (let step = 1; step < ahead; step++)
        this.#missing.set((this.#highest! + step) & 0xffff, { asked: 0, atMs: Number.NEGATIVE_INFINITY })
    this.#highest = number
  }

  /** Those to ask for now, in order. */
  due(nowMs: number): readonly number[] {
    const numbers: number[] = []
    for (const [number, state] of this.#missing) {
      if (nowMs - state.atMs < askAgainMs) continue
      if (state.asked >= mostAsked) this.#missing.delete(number)
      else {
        state.asked++
        state.atMs = nowMs
        numbers.push(number)
      }
    }
    return numbers
  }
}
