import type { DetectionColumns } from '../../core/columns.ts'
import type { FrameCues } from '../tracker.ts'
import { BoxMask } from './box-mask.ts'
import { CoarseShift } from './coarse-shift.ts'
import { Corners } from './corners.ts'
import { Flow } from './flow.ts'
import { LumaPyramid } from './luma-pyramid.ts'
import { SimilarityFit } from './similarity-fit.ts'

/** The longer side of the pictures that motion is told from. */
const longerSidePx = 320
/** The level that corners are found in: half size, where noise is less. */
const cornerLevel = 1
/** The level that is compared as a whole: an eighth. */
const coarseLevel = 3
/** Corners that there have to be, and that have to agree, to say anything. */
const fewestCorners = 10
/** Share of the corners followed that have to agree: of the rest, each moves by itself or was lost. */
const agreeingShare = 0.4
/** From this share of corners unchanged on, the camera has not moved. */
const stillShare = 0.7
/** After a cut no more than this share of the corners agree on anything, by chance; where crowds pass before a camera, more do. */
const chanceShare = 0.2
/** Pictures less alike than this, wherever one is laid on the other, are of different scenes. */
const leastLikeness = 0.6

/**
 * How the camera moved from one picture to the next, told from luma alone: corners beside the boxes are followed, and the
 * motion is the one that most of them agree on. A picture that cannot be laid on the one before is a cut. Where too little can be
 * recognised (a flat picture, one full of boxes), nothing is said. Pure, no allocation per frame; about 1 ms a picture that
 * moves and 0.1 ms one that does not.
 */
export class CameraMotion {
  /** Size of the pictures to be given: the frame's shape. */
  readonly width: number
  readonly height: number
  #corners: Corners
  /** Of the picture that is looked at. */
  #next: Corners
  readonly #mask: BoxMask
  readonly #coarse = new CoarseShift()
  readonly #flow = new Flow()
  readonly #fit: SimilarityFit
  readonly #motion = { scale: 1, roll: 0, x: 0, y: 0 }
  readonly #moved: FrameCues = { motion: this.#motion }
  readonly #isHidden: (x: number, y: number) => boolean
  /** Of the picture that the next one is compared with. */
  #before: LumaPyramid
  #now: LumaPyramid
  #hasBefore = false
  /** Shift of the last picture, in pixels: the next one goes on like it, most likely. */
  #lastX = 0
  #lastY = 0
  /** Corners that were followed, and those of them that agree. */
  #followed = 0
  #agreeing = 0
  /** The last picture was too plain to be compared with: the one before it is. */
  #isSkipped = false

  /** @param frame size in pixels */
  constructor(frame: { readonly width: number; readonly height: number }) {
    const scale = longerSidePx / Math.max(frame.width, frame.height)
    // Whole at every level; a picture of a hundred to one has a side left all the same.
    this.width = side(frame.width * scale)
    this.height = side(frame.height * scale)
    this.#before = new LumaPyramid(this.width, this.height)
    this.#now = new LumaPyramid(this.width, this.height)
    this.#corners = new Corners(this.#before.levels[cornerLevel]!)
    this.#next = new Corners(this.#before.levels[cornerLevel]!)
    this.#fit = new SimilarityFit(this.#corners.xs.length, this.width)
    this.#mask = new BoxMask(this.#before.levels[cornerLevel]!)
    this.#isHidden = (x, y) => this.#mask.has(x, y)
  }

  /**
   * The next picture, and the boxes of what moves by itself in it. What is returned is reused by the next call.
   * @param luma `width` × `height` bytes
   */
  look(luma: Uint8Array, boxes: DetectionColumns): FrameCues {
    this.#now.load(luma)
    this.#mask.draw(boxes)
    const cues = this.#hasBefore ? this.#compare() : nothing
    if (cues === still) {
      this.#isSkipped = false
      this.#lastX = 0
      this.#lastY = 0
      return cues
    }
    const isPlain = !this.#findNext()
    const wasSkipped = this.#isSkipped
    this.#isSkipped = this.#hasBefore && isPlain
    // A picture that went dark for a moment: what comes after it is laid on what was before.
    if (isPlain) return nothing
    this.#goOn()
    // The frame between was not told of: a tracker has helped itself, and would be moved twice.
    return wasSkipped && cues !== cut ? nothing : cues
  }

  #compare(): FrameCues {
    this.#corners.compare(this.#level(this.#before), this.#level(this.#now), this.#isHidden)
    const { same, seen } = this.#corners
    // What is compared with stays, so that a slow motion adds up until it is one.
    if (seen >= fewestCorners && same >= stillShare * seen) return still
    if (seen < fewestCorners) return nothing
    if (this.#solve(this.#lastX, this.#lastY)) return this.#told()
    this.#coarse.find(this.#before.levels[coarseLevel]!, this.#now.levels[coarseLevel]!)
    const { x, y, likeness } = this.#coarse
    if (this.#solve(x * 2 ** coarseLevel, y * 2 ** coarseLevel)) return this.#told()
    this.#lastX = 0
    this.#lastY = 0
    return likeness < leastLikeness && this.#agreeing < chanceShare * this.#followed ? cut : nothing
  }

  #level(pyramid: LumaPyramid) {
    return pyramid.levels[cornerLevel]!
  }

  /** Finds what the next picture can be laid on this one by; false where that is too little. */
  #findNext(): boolean {
    this.#next.find(this.#level(this.#now), this.#isHidden)
    return this.#next.count >= fewestCorners
  }

  /** The picture is what the next one is compared with. */
  #goOn(): void {
    const [before, corners] = [this.#before, this.#corners]
    this.#before = this.#now
    this.#now = before
    this.#corners = this.#next
    this.#next = corners
    this.#hasBefore = true
  }

  /** Follows the corners, thought to be shifted by so many pixels; false where too few agree. */
  #solve(shiftX: number, shiftY: number): boolean {
    const [corners, fit, flow] = [this.#corners, this.#fit, this.#flow]
    fit.clear()
    this.#followed = 0
    for (let corner = 0; corner < corners.count; corner++) {
      const [x, y] = [corners.xs[corner]!, corners.ys[corner]!]
      if (this.#mask.has(x, y)) continue
      this.#followed++
      const [fineX, fineY] = [x << cornerLevel, y << cornerLevel]
      if (!flow.follow(this.#before, this.#now, fineX, fineY, fineX + shiftX, fineY + shiftY)) continue
      if (!this.#mask.has(flow.x / 2 ** cornerLevel, flow.y / 2 ** cornerLevel)) fit.add(fineX, fineY, flow.x, flow.y)
    }
    this.#agreeing = fit.solve()
    return this.#agreeing >= Math.max(fewestCorners, agreeingShare * this.#followed)
  }

  #told(): FrameCues {
    const { a, b, x, y } = this.#fit
    const { width, height } = this
    this.#lastX = a * (width / 2) - b * (height / 2) + x - width / 2
    this.#lastY = b * (width / 2) + a * (height / 2) + y - height / 2
    this.#motion.scale = Math.hypot(a, b)
    this.#motion.roll = Math.atan2(b, a)
    // A pixel's place is its middle: half a pixel from where the picture begins.
    this.#motion.x = (x + 0.5 - 0.5 * a + 0.5 * b) / width
    this.#motion.y = (y + 0.5 - 0.5 * b - 0.5 * a) / height
    return this.#moved
  }
}

const still: FrameCues = { motion: { scale: 1, roll: 0, x: 0, y: 0 } }
const nothing: FrameCues = {}
const cut: FrameCues = { isCut: true }

function side(pixels: number): number {
  return Math.max(32, Math.round(pixels / 4) * 4)
}
