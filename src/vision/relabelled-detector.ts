import type { DetectionColumns } from '../core/columns.ts'
import type { Fit, PixelRequest } from '../core/fit.ts'
import type { Detector, PixelSlot } from './detector.ts'

/** A detector whose classes have the ids that another one's have: what stands in for that one gives boxes as it did. */
class RelabelledDetector implements Detector {
  readonly labels: readonly string[]
  readonly look: Detector['look']
  readonly #detector: Detector
  /** Ids of `labels` by the detector's own; -1 for a class that they do not have. */
  readonly #ids: Int32Array

  constructor(detector: Detector, labels: readonly string[]) {
    this.labels = labels
    this.#detector = detector
    this.#ids = Int32Array.from(detector.labels, label => labels.indexOf(label))
    if (detector.look)
      this.look = async (picture, time) => {
        const { boxes } = await detector.look!(picture, time)
        return { boxes: boxes.then(found => this.#relabel(found)) }
      }
  }

  get name(): string {
    return this.#detector.name
  }

  get provider(): string {
    return this.#detector.provider
  }

  get request(): PixelRequest {
    return this.#detector.request
  }

  get concurrency(): number {
    return this.#detector.concurrency
  }

  get invalidBoxes(): number {
    return this.#detector.invalidBoxes
  }

  acquire(): Promise<PixelSlot> {
    return this.#detector.acquire()
  }

  release(slot: PixelSlot): void {
    this.#detector.release(slot)
  }

  async detect(slot: PixelSlot, placed: Fit, ptsMs: number): Promise<DetectionColumns> {
    return this.#relabel(await this.#detector.detect(slot, placed, ptsMs))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#detector[Symbol.asyncDispose]()
  }

  #relabel(found: DetectionColumns): DetectionColumns {
    for (let row = 0; row < found.count; row++) found.classIds[row] = this.#ids[found.classIds[row]!]!
    return found
  }
}

/** The detector with these labels in place of its own; itself where it has them already. */
export function relabelled(detector: Detector, labels: readonly string[]): Detector {
  const isSame = detector.labels.length === labels.length && detector.labels.every((label, id) => label === labels[id])
  return isSame ? detector : new RelabelledDetector(detector, labels)
}
