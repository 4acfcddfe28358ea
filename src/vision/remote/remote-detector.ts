import { DetectionColumns } from '../../core/columns.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Fit, PixelRequest } from '../../core/fit.ts'
import type { Detector, PixelSlot } from '../detector.ts'
import { classIdsFor } from '../labels.ts'
import { boxRules, type DetectionOptions } from '../session-task.ts'
import { refit } from './refit.ts'
import type { RemoteLink } from './remote-link.ts'
import type { RemoteModel } from './remote-model.ts'

/** What one of the two models gives for a picture of the detector's own. */
type Look = (pixels: Buffer, placed: Fit, ptsMs: number) => Promise<DetectionColumns>

/** What somebody wants of a model on a server, whichever of the two looks. */
export class RemoteDetector implements Detector {
  readonly name: string
  readonly provider = 'kserve'
  readonly request: PixelRequest
  readonly labels: readonly string[]
  readonly #model: RemoteModel
  readonly #options: DetectionOptions
  readonly #close: () => Promise<void>
  readonly #local: Detector | undefined
  readonly #standIn: Look | undefined
  /** Made anew for each link: the server may have come back with another model. */
  #remote: { readonly link: RemoteLink; readonly look: Look } | undefined
  #invalidBoxes = 0

  /** @throws SightlineError SL_OPTION_INVALID for a class that neither of the two has */
  constructor(model: RemoteModel, options: DetectionOptions, close: () => Promise<void>) {
    this.name = model.name
    this.request = model.request
    this.labels = model.labels
    if (options.classes) classIdsFor(model.labels, options.classes)
    this.#model = model
    this.#options = options
    this.#close = close
    if (model.standIn) {
      this.#local = model.standIn.detector(this.#wishes(model.standIn.pool.about.labels))
      this.#standIn = this.#lookOf(this.#local)
    }
  }

  get concurrency(): number {
    return this.#model.concurrency
  }

  get invalidBoxes(): number {
    return this.#invalidBoxes + (this.#local?.invalidBoxes ?? 0)
  }

  acquire(): Promise<PixelSlot> {
    return this.#model.slots.acquire()
  }

  release(slot: PixelSlot): void {
    this.#model.slots.release(slot)
  }

  /** Rejects with SL_REMOTE_… where nothing stands in, else as the local model does. */
  async detect(given: PixelSlot, placed: Fit, ptsMs: number): Promise<DetectionColumns> {
    const slot = this.#model.slots.fill(given)
    try {
      const { link } = this.#model
      if (link) {
        const fault = await this.#ask(link, slot.pixels, placed, ptsMs)
        if (!(fault instanceof SightlineError)) return fault
        // One whose turn did not come as the server went down meanwhile was called off by nobody.
        const isDown = fault.code === 'SL_CANCELLED' && link !== this.#model.link
        if (!this.#standIn) throw isDown ? this.#model.fault : fault
      } else if (!this.#standIn) throw this.#model.fault
      this.#model.tally.fellBack(this.name)
      return await this.#standIn(slot.pixels, placed, ptsMs)
    } finally {
      this.#model.slots.free(slot)
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }

  /** Boxes, or why there are none. */
  async #ask(link: RemoteLink, pixels: Buffer, placed: Fit, ptsMs: number): Promise<DetectionColumns | SightlineError> {
    try {
      if (this.#remote?.link !== link) this.#remote = { link, look: this.#lookOver(link) }
      const found = await this.#remote.look(pixels, placed, ptsMs)
      this.#model.succeeded(link)
      return found
    } catch (error) {
      if (!(error instanceof SightlineError)) throw error
      this.#model.failed(link, error)
      return error
    }
  }

  #lookOver(link: RemoteLink): Look {
    const rules = boxRules(link.family, link.labels, this.#wishes(link.labels))
    const ids = this.#idsOf(link.labels)
    return async (pixels, placed) => {
      const write = (target: Buffer) => refit(pixels, this.request, placed, target, link.request)
      const result = await link.run(write, rules)
      if (!('columns' in result)) throw new SightlineError('SL_INTERNAL', `${this.name} gave no boxes.`)
      this.#invalidBoxes += result.invalid
      return relabelled(Object.assign(new DetectionColumns(0), result.columns), ids)
    }
  }

  #lookOf(detector: Detector): Look {
    const ids = this.#idsOf(detector.labels)
    return async (pixels, placed, ptsMs) => {
      const slot = await detector.acquire()
      const there = refit(pixels, this.request, placed, slot.pixels, detector.request)
      return relabelled(await detector.detect(slot, there, ptsMs), ids)
    }
  }

  /** Of the classes that are wanted those that one of the two models has. */
  #wishes(labels: readonly string[]): DetectionOptions {
    const { classes, ...rest } = this.#options
    return classes ? { ...rest, classes: classes.filter(label => labels.includes(label)) } : rest
  }

  /** Ids of our classes by those of a model; -1 for a class that came up later. */
  #idsOf(labels: readonly string[]): Int32Array {
    return Int32Array.from(labels, label => this.labels.indexOf(label))
  }
}

/** With our class ids; boxes of classes that nobody was told of are left out. */
function relabelled(found: DetectionColumns, ids: Int32Array): DetectionColumns {
  if (ids.every((id, at) => id === at)) return found
  const kept = new DetectionColumns(found.count, found.landmarks !== undefined)
  for (let row = 0; row < found.count; row++) {
    const id = ids[found.classIds[row]!]!
    if (id < 0) continue
    kept.pushFrom(found, row)
    kept.classIds[kept.count - 1] = id
  }
  return kept
}
