/** Pairs that are tried at most: with two thirds of the places right, one chance in 10²⁰ that none is. */
const tries = 80
/** A place found so far from where the motion has it, in pixels, is wrong or moves by itself. */
const nearPx = 0.8
/** Places closer together than this part of the width tell no scale and no roll. */
const shortestSpread = 0.1

/**
 * The similarity (shift, scale and roll) that most pairs of places agree on: by trying pairs of them (Fischler and Bolles 1981), then
 * by least squares over those that agree. The same pairs always give the same. Buffers are reused.
 */
export class SimilarityFit {
  count = 0
  /** Of the last `solve`: x′ = a·x − b·y + x₀, y′ = b·x + a·y + y₀. */
  a = 1
  b = 0
  x = 0
  y = 0
  readonly #pairs: Float64Array
  readonly #widthPx: number
  #random = 1

  constructor(most: number, widthPx: number) {
    this.#pairs = new Float64Array(most * 4)
    this.#widthPx = widthPx
  }

  clear(): void {
    this.count = 0
  }

  add(fromX: number, fromY: number, toX: number, toY: number): void {
    const at = this.count++ * 4
    this.#pairs[at] = fromX
    this.#pairs[at + 1] = fromY
    this.#pairs[at + 2] = toX
    this.#pairs[at + 3] = toY
  }

  /** Gives how many places agree; below two nothing is known. */
  solve(): number {
    if (this.count < 2) return 0
    this.#random = 1
    let [a, b, x, y, most] = [1, 0, 0, 0, 0]
    for (let tried = 0; tried < tries; tried++) {
      if (!this.#through(this.#pick(), this.#pick())) continue
      const agreeing = this.#agreeing()
      if (agreeing <= most) continue
      most = agreeing
      a = this.a
      b = this.b
      x = this.x
      y = this.y
    }
    this.a = a
    this.b = b
    this.x = x
    this.y = y
    for (let round = 0; round < 2; round++) this.#fitAgreeing()
    return this.#agreeing()
  }

  #pick(): number {
    this.#random = (this.#random * 48271) % 2147483647
    return this.#random % this.count
  }

  /** The similarity by which two places come to lie exactly where they were found; false where they are too close together. */
  #through(one: number, other: number): boolean {
    const pairs = this.#pairs
    const fromX = pairs[other * 4]! - pairs[one * 4]!
    const fromY = pairs[other * 4 + 1]! - pairs[one * 4 + 1]!
    const toX = pairs[other * 4 + 2]! - pairs[one * 4 + 2]!
    const toY = pairs[other * 4 + 3]! - pairs[one * 4 + 3]!
    const square = fromX * fromX + fromY * fromY
    if (square < (shortestSpread * this.#widthPx) ** 2) return false
    this.a = (fromX * toX + fromY * toY) / square
    this.b = (fromX * toY - fromY * toX) / square
    this.x = pairs[one * 4 + 2]! - this.a * pairs[one * 4]! + this.b * pairs[one * 4 + 1]!
    this.y = pairs[one * 4 + 3]! - this.b * pairs[one * 4]! - this.a * pairs[one * 4 + 1]!
    return true
  }

  #isAgreeing(at: number): boolean {
    const pairs = this.#pairs
    const x = this.a * pairs[at]! - this.b * pairs[at + 1]! + this.x - pairs[at + 2]!
    const y = this.b * pairs[at]! + this.a * pairs[at + 1]! + this.y - pairs[at + 3]!
    return x * x + y * y <= nearPx * nearPx
  }

  #agreeing(): number {
    let agreeing = 0
    for (let at = 0; at < this.count * 4; at += 4) if (this.#isAgreeing(at)) agreeing++
    return agreeing
  }

  #fitAgreeing(): void {
    const pairs = this.#pairs
    let [n, fromX, fromY, toX, toY] = [0, 0, 0, 0, 0]
    for (let at = 0; at < this.count * 4; at += 4) {
      if (!this.#isAgreeing(at)) continue
      n++
      fromX += pairs[at]!
      fromY += pairs[at + 1]!
      toX += pairs[at + 2]!
      toY += pairs[at + 3]!
    }
    if (n < 2) return
    let [along, across, square] = [0, 0, 0]
    for (let at = 0; at < this.count * 4; at += 4) {
      if (!this.#isAgreeing(at)) continue
      const [x, y] = [pairs[at]! - fromX / n, pairs[at + 1]! - fromY / n]
      const [seenX, seenY] = [pairs[at + 2]! - toX / n, pairs[at + 3]! - toY / n]
      along += x * seenX + y * seenY
      across += x * seenY - y * seenX
      square += x * x + y * y
    }
    const isSpread = square > n * (shortestSpread * this.#widthPx) ** 2
    this.a = isSpread ? along / square : 1
    this.b = isSpread ? across / square : 0
    this.x = (toX - this.a * fromX + this.b * fromY) / n
    this.y = (toY - this.b * fromX - this.a * fromY) / n
  }
}
