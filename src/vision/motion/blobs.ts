import type { LumaSize } from './luma.ts'
import { backdrop, foreground } from './mask.ts'

/** Where one connected patch of changed pixels lies, in pixels; `right` and `bottom` are exclusive. */
export interface Blob {
  left: number
  top: number
  right: number
  bottom: number
  /** Changed pixels. */
  area: number
  /** Sum of the pixels' excess over what they had to differ by. */
  excess: number
  /** Sum of the milliseconds that its pixels have stood still. */
  stillMs: number
  /** Labels of the patches it was made of. */
  labels: number[]
}

/** Gaps of this many pixels are closed: an object's own parts lie above each other more often than beside. */
const closeAcross = 1
const closeDown = 2

/**
 * Connected patches of a mask, by two passes with union-find (Rosenfeld and Pfaltz, 1966) over the mask
 * dilated by the gap that is closed; boxes and sums count the mask's own pixels alone, so they stay tight.
 */
export class BlobFinder {
  /** Label of each pixel of the last mask, 0 for none; a blob's `labels` refer to it. */
  readonly labels: Int32Array
  readonly #size: LumaSize
  readonly #clean: Uint8Array
  readonly #wide: Uint8Array
  readonly #tall: Uint8Array
  readonly #parents: Int32Array

  constructor(size: LumaSize) {
    const pixels = size.width * size.height
    this.#size = size
    this.labels = new Int32Array(pixels)
    this.#clean = new Uint8Array(pixels)
    this.#wide = new Uint8Array(pixels)
    this.#tall = new Uint8Array(pixels)
    this.#parents = new Int32Array((pixels >> 2) + 2)
  }

  /** Blobs of `mask` with at least `minArea` pixels, in the order of their first pixel. */
  find(mask: Uint8Array, excess: Float32Array, stillMs: Float32Array, minArea: number): Blob[] {
    this.#dropSpecks(mask)
    this.#dilate()
    this.#label()
    return this.#measure(excess, stillMs).filter(blob => blob.area >= minArea)
  }

  /** A pixel stays when at least three of the eight around it changed too. */
  #dropSpecks(mask: Uint8Array): void {
    const { width, height } = this.#size
    const clean = this.#clean.fill(0)
    for (let y = 0; y < height; y++) {
      const above = y > 0 ? -width : 0
      const below = y < height - 1 ? width : 0
      for (let x = 0; x < width; x++) {
        const at = y * width + x
        if (mask[at] === backdrop) continue
        const left = x > 0 ? -1 : 0
        const right = x < width - 1 ? 1 : 0
        let near = 0
        for (let row = at + above; row <= at + below; row += width) {
          for (let beside = row + left; beside <= row + right; beside++) if (mask[beside] !== backdrop) near++
        }
        if (near >= 4) clean[at] = foreground
      }
    }
  }

  #dilate(): void {
    const { width, height } = this.#size
    const [clean, wide, tall] = [this.#clean, this.#wide.fill(0), this.#tall.fill(0)]
    for (let at = 0; at < clean.length; at++) {
      if (clean[at] === backdrop) continue
      const x = at % width
      for (let dx = -Math.min(closeAcross, x); dx <= Math.min(closeAcross, width - 1 - x); dx++) wide[at + dx] = 1
    }
    for (let at = 0; at < wide.length; at++) {
      if (wide[at] === 0) continue
      const y = Math.floor(at / width)
      for (let dy = -Math.min(closeDown, y); dy <= Math.min(closeDown, height - 1 - y); dy++) tall[at + dy * width] = 1
    }
  }

  #label(): void {
    const { width } = this.#size
    const [filled, labels, parents] = [this.#tall, this.labels.fill(0), this.#parents]
    let used = 0
    for (let at = 0; at < filled.length; at++) {
      if (filled[at] === 0) continue
      const x = at % width
      let label = x > 0 ? labels[at - 1]! : 0
      // Above left, above, above right; outside the picture reads as 0.
      for (let dx = -1; dx <= 1; dx++) {
        const near = at >= width && x + dx >= 0 && x + dx < width ? labels[at - width + dx]! : 0
        if (near === 0) continue
        label = label === 0 ? near : label === near ? label : this.#join(label, near)
      }
      if (label === 0) {
        label = ++used
        parents[label] = label
      }
      labels[at] = label
    }
    for (let at = 0; at < labels.length; at++) if (labels[at] !== 0) labels[at] = this.#root(labels[at]!)
  }

  #root(label: number): number {
    const parents = this.#parents
    let root = label
    while (parents[root] !== root) root = parents[root] = parents[parents[root]!]!
    return root
  }

  #join(one: number, two: number): number {
    const [a, b] = [this.#root(one), this.#root(two)]
    const root = Math.min(a, b)
    this.#parents[Math.max(a, b)] = root
    return root
  }

  #measure(excess: Float32Array, stillMs: Float32Array): Blob[] {
    const { width } = this.#size
    const found = new Map<number, Blob>()
    let label = 0
    let blob: Blob | undefined
    for (let at = 0; at < this.labels.length; at++) {
      if (this.#clean[at] === backdrop) continue
      if (this.labels[at] !== label) {
        label = this.labels[at]!
        blob = found.get(label)
      }
      const x = at % width
      const y = (at - x) / width
      if (!blob) {
        blob = { left: x, top: y, right: x, bottom: y, area: 0, excess: 0, stillMs: 0, labels: [label] }
        found.set(label, blob)
      }
      if (x < blob.left) blob.left = x
      if (x >= blob.right) blob.right = x + 1
      if (y >= blob.bottom) blob.bottom = y + 1
      blob.area++
      blob.excess += excess[at]!
      blob.stillMs += stillMs[at]!
    }
    return [...found.values()]
  }
}
