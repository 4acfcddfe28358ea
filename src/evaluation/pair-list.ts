import { longer } from './mot-rows.ts'

/**
 * Pairs of boxes that overlap, one of the ground truth and one of the results, frame after frame; those of one box of
 * the ground truth follow one another. A *link* is a pair of identities of which any boxes overlap.
 */
export class PairList {
  count = 0
  /** Pairs of frame `f` are `starts[f]` … `starts[f + 1] − 1`. */
  readonly starts: Int32Array
  /** Place of the boxes among those of their side. */
  truths = new Int32Array(4096)
  results = new Int32Array(4096)
  /** Intersection over union, above 0. */
  ious = new Float64Array(4096)
  /** The link that the pair belongs to. */
  links = new Int32Array(4096)
  /** Identities of each link. */
  readonly linkTruths: number[] = []
  readonly linkResults: number[] = []
  /** Links by identity of the ground truth, then of the results. */
  readonly #known: Map<number, number>[] = []
  #frames = 0

  constructor(frames: number) {
    this.starts = new Int32Array(frames + 1)
  }

  get linkCount(): number {
    return this.linkTruths.length
  }

  add(truth: number, result: number, iou: number, truthId: number, resultId: number): void {
    if (this.count === this.ious.length) this.#grow()
    const at = this.count++
    this.truths[at] = truth
    this.results[at] = result
    this.ious[at] = iou
    this.links[at] = this.#link(truthId, resultId)
  }

  endFrame(): void {
    this.starts[++this.#frames] = this.count
  }

  #link(truthId: number, resultId: number): number {
    const known = (this.#known[truthId] ??= new Map())
    let link = known.get(resultId)
    if (link === undefined) {
      link = this.linkTruths.length
      known.set(resultId, link)
      this.linkTruths.push(truthId)
      this.linkResults.push(resultId)
    }
    return link
  }

  #grow(): void {
    const length = this.count * 2
    this.truths = longer(this.truths, new Int32Array(length))
    this.results = longer(this.results, new Int32Array(length))
    this.ious = longer(this.ious, new Float64Array(length))
    this.links = longer(this.links, new Int32Array(length))
  }
}
