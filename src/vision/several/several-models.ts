import { DetectionColumns } from '../../core/columns.ts'
import { SightlineError } from '../../core/errors.ts'
import type { PictureArea, PixelRequest } from '../../core/fit.ts'
import type { Detector, Looking, Picture, PixelSlot, TimeStep } from '../detector.ts'
import { suppress } from '../non-maximum-suppression.ts'
import { relabelled } from '../relabelled-detector.ts'
import { show } from '../show-picture.ts'
import { fuseBoxes, type Jury } from './fuse-boxes.ts'
import { innerAreas } from './inner-areas.ts'

/** One of several models that look at a picture. */
export interface ModelUse {
  readonly detector: Detector
  /** The classes that it is asked for; all of its own where left out. */
  readonly classes?: readonly string[] | undefined
  /** How much its say counts where boxes are fused. Default: 1. */
  readonly weight?: number | undefined
  /** It is shown the boxes of these classes, that models of the whole picture have found, in place of the picture. */
  readonly inside?: readonly string[] | undefined
}

/** Boxes of one class that overlap by more, seen from two boxes that were looked into, are one. */
const sameIou = 0.5

/**
 * Several models as one detector, whose classes are all of theirs: side by side, inside one another's boxes, or with what they agree
 * on fused into one box.
 */
export class SeveralModels implements Detector {
  readonly name: string
  readonly labels: readonly string[]
  readonly #uses: readonly ModelUse[]
  readonly #fuse: number | undefined

  /**
   * It disposes of the detectors.
   * @param fuse IoU from which boxes of one class that several models give are one; undefined: each keeps its own
   * @throws SightlineError SL_OPTION_INVALID for a class to look into that no model of the whole picture has
   */
  constructor(uses: readonly ModelUse[], fuse?: number) {
    this.labels = [...new Set(uses.flatMap(({ detector }) => detector.labels))]
    this.name = uses.map(({ detector }) => detector.name).join(' + ')
    this.#uses = uses.map(use => ({
      ...use,
      classes: use.classes ?? use.detector.labels,
      detector: relabelled(use.detector, this.labels)
    }))
    this.#fuse = fuse
    const found = new Set(uses.flatMap(({ detector, classes, inside }) => (inside ? [] : (classes ?? detector.labels))))
    for (const { detector, inside = [] } of uses) {
      const missing = inside.find(label => !found.has(label))
      if (missing !== undefined)
        throw new SightlineError(
          'SL_OPTION_INVALID',
          `${detector.name} is to look inside of '${missing}', which no model finds that looks at the whole picture. They find: ${[...found].join(', ')}.`
        )
    }
  }

  /** Of the one that a frame waits for. */
  get provider(): string {
    return [...new Set(this.#uses.map(({ detector }) => detector.provider))].join(' + ')
  }

  get concurrency(): number {
    return Math.min(...this.#uses.map(({ detector }) => detector.concurrency))
  }

  get invalidBoxes(): number {
    return this.#uses.reduce((sum, { detector }) => sum + detector.invalidBoxes, 0)
  }

  get request(): PixelRequest {
    return this.#uses[0]!.detector.request
  }

  async look(picture: Picture, time: TimeStep): Promise<Looking> {
    const wide = this.#uses.filter(({ inside }) => !inside)
    const looking = await Promise.all(wide.map(({ detector }) => lookAt(detector, picture, time)))
    const whole = Promise.all(looking.map(({ boxes }) => boxes)).then(found => this.#together(wide, found))
    const deep = this.#uses.filter(({ inside }) => inside)
    if (deep.length === 0) return { boxes: whole }
    const first = await whole
    const inner = await Promise.all(deep.map(use => this.#inside(use, first, picture, time)))
    return { boxes: Promise.resolve(joined([first, ...inner])) }
  }

  acquire(): Promise<PixelSlot> {
    return Promise.reject(this.#looksForItself())
  }

  release(): void {
    throw this.#looksForItself()
  }

  detect(): Promise<DetectionColumns> {
    return Promise.reject(this.#looksForItself())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#uses.map(({ detector }) => detector[Symbol.asyncDispose]()))
  }

  #together(uses: readonly ModelUse[], found: readonly DetectionColumns[]): DetectionColumns {
    if (this.#fuse === undefined) return joined(found)
    const models = found.map((each, at) => ({ found: each, weight: uses[at]!.weight ?? 1 }))
    return fuseBoxes(models, this.#fuse, classId => this.#jury(uses, classId))
  }

  #jury(uses: readonly ModelUse[], classId: number): Jury {
    const label = this.labels[classId]!
    const asked = uses.filter(({ classes }) => classes!.includes(label))
    return { models: asked.length, weight: asked.reduce((sum, { weight = 1 }) => sum + weight, 0) }
  }

  /** What a model finds inside of boxes, each object once. */
  async #inside(
    { detector, inside }: ModelUse,
    found: DetectionColumns,
    picture: Picture,
    time: TimeStep
  ): Promise<DetectionColumns> {
    const ids = inside!.map(label => this.labels.indexOf(label))
    const areas = innerAreas(found, ids, picture)
    const seen = await Promise.all(
      areas.map(async area => onPicture(await (await lookAt(detector, picture, time, area)).boxes, area, picture))
    )
    const all = joined(seen)
    const kept = new DetectionColumns(all.count, all.landmarks !== undefined)
    for (const row of suppress(
      all,
      Int32Array.from({ length: all.count }, (_, at) => at),
      sameIou
    ))
      kept.pushFrom(all, row)
    return kept
  }

  #looksForItself(): SightlineError {
    return new SightlineError('SL_INTERNAL', `${this.name} takes the pixels of a picture itself: show it the picture.`)
  }
}

/** Resolves when the pixels are no more needed; what was found comes later. */
async function lookAt(detector: Detector, picture: Picture, time: TimeStep, part?: PictureArea): Promise<Looking> {
  const looking =
    detector.look && !part ? await detector.look(picture, time) : await show(detector, picture, time, part)
  looking.boxes.catch(() => undefined) // Told to whoever waits for all of them.
  return looking
}

/** Boxes of a part, normalised to the whole picture. */
function onPicture(
  found: DetectionColumns,
  { left, top, width, height }: PictureArea,
  picture: Picture
): DetectionColumns {
  const { boxes, landmarks, count } = found
  const across = (value: number) => (left + value * width) / picture.width
  const down = (value: number) => (top + value * height) / picture.height
  for (let at = 0; at < count * 4; at += 4) {
    boxes[at] = across(boxes[at]!)
    boxes[at + 1] = down(boxes[at + 1]!)
    boxes[at + 2]! *= width / picture.width
    boxes[at + 3]! *= height / picture.height
  }
  if (landmarks)
    for (let at = 0; at < count * 10; at += 2) {
      landmarks[at] = across(landmarks[at]!)
      landmarks[at + 1] = down(landmarks[at + 1]!)
    }
  return found
}

/** All of them, best first. Where some have landmarks, those of others are NaN. */
function joined(found: readonly DetectionColumns[]): DetectionColumns {
  const rows = found.flatMap(columns => Array.from({ length: columns.count }, (_, row) => ({ columns, row })))
  const all = new DetectionColumns(
    rows.length,
    found.some(({ landmarks }) => landmarks)
  )
  rows.sort((a, b) => b.columns.scores[b.row]! - a.columns.scores[a.row]!)
  all.landmarks?.fill(Number.NaN)
  for (const { columns, row } of rows) all.pushFrom(columns, row)
  return all
}
