/**
 * Random numbers that a seed fixes: xoshiro128** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number
 * Generators", 2018), its state filled by SplitMix32. Not for secrets.
 */
export class SeededRandom {
  readonly #state: Uint32Array
  #spare: number | undefined

  constructor(seed: number) {
    let mixing = seed >>> 0
    this.#state = Uint32Array.from({ length: 4 }, () => {
      mixing = (mixing + 0x9e3779b9) >>> 0
      let z = mixing
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
      return (z ^ (z >>> 16)) >>> 0
    })
  }

  /** 32 bits. */
  bits(): number {
    const s = this.#state
    const scrambled = Math.imul(rotated(Math.imul(s[1]!, 5), 7), 9) >>> 0
    const shifted = s[1]! << 9
    s[2]! ^= s[0]!
    s[3]! ^= s[1]!
    s[1]! ^= s[2]!
    s[0]! ^= s[3]!
    s[2]! ^= shifted
    s[3] = rotated(s[3]!, 11)
    return scrambled
  }

  /** [0, 1). */
  unit(): number {
    return this.bits() / 0x1_0000_0000
  }

  between(low: number, high: number): number {
    return low + this.unit() * (high - low)
  }

  /** Standard normal (Box and Muller, 1958). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare
      this.#spare = undefined
      return spare
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()))
    const angle = 2 * Math.PI * this.unit()
    this.#spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.unit() * choices.length)]!
  }

  /** An independent generator: what one part of a scene draws does not move another's. */
  fork(): SeededRandom {
    return new SeededRandom(this.bits())
  }
}

function rotated(value: number, by: number): number {
  return ((value << by) | (value >>> (32 - by))) >>> 0
}
