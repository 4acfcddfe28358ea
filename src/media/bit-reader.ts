/** Reads a header bit by bit, the highest first. Past the end there are zeros, and `isOver` says so. */
export class BitReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isOver(): boolean {
    return this.#at > this.#bytes.length * 8
  }

  /** At most 32. */
  bits(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++) {
      const bit = ((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1
      value = value * 2 + bit
      this.#at++
    }
    return value
  }

  flag(): boolean {
    return this.bits(1) === 1
  }

  /** Exponential-Golomb (ITU-T H.264, 9.1): small numbers take few bits. */
  unsigned(): number {
    let zeros = 0
    while (zeros < 32 && !this.isOver && this.bits(1) === 0) zeros++
    return 2 ** zeros - 1 + this.bits(zeros)
  }

  signed(): number {
    const code = this.unsigned()
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2
  }
}
