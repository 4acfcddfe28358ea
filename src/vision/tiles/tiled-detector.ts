import type { DetectionColumns } from '../../core/columns.ts'
import { type Fit, type PictureArea, type PixelRequest, pixelSlackBytes, requestBytes } from '../../core/fit.ts'
import type { Detector, Looking, Picture, PixelSlot, TimeStep } from '../detector.ts'
import { MotionGate } from '../motion/motion-gate.ts'
import { show } from '../show-picture.ts'
import { type Area, mergeViews } from './merge-views.ts'
import { type Tiling, tilesOf } from './tile-grid.ts'

/** A part of the frame, and what was found when it was last looked at. */
interface Tile {
  readonly part: PictureArea | undefined
  readonly area: Area
  readonly watch: TileWatch | undefined
  boxes: Promise<DetectionColumns> | undefined
}

const wholeFrame: Area = [0, 0, 1, 1]

/**
 * Shows a detector the whole frame and, larger, overlapping tiles of it, so that it finds what is too small in the whole, and makes
 * one box of those that several of these views give of an object. They go through the model side by side, or as one batch where it
 * takes one. With `auto`, tiles are looked at while something moves in them; else what was found there last is true still.
 */
export class TiledDetector implements Detector {
  readonly #detector: Detector
  readonly #tiling: Tiling
  #tiles: Tile[] = []
  #size = ''

  /** It disposes of `detector`. */
  constructor(detector: Detector, tiling: Tiling) {
    this.#detector = detector
    this.#tiling = tiling
  }

  get name(): string {
    return this.#detector.name
  }

  get provider(): string {
    return this.#detector.provider
  }

  get labels(): readonly string[] {
    return this.#detector.labels
  }

  get request(): PixelRequest {
    return this.#detector.request
  }

  /** One frame's tiles have work for all sessions. */
  get concurrency(): number {
    return Math.min(1, this.#detector.concurrency)
  }

  get batch(): number | undefined {
    return this.#detector.batch
  }

  get batches(): readonly number[] | undefined {
    return this.#detector.batches
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

  /** The whole frame alone. */
  detect(slot: PixelSlot, placed: Fit, ptsMs: number): Promise<DetectionColumns> {
    return this.#detector.detect(slot, placed, ptsMs)
  }

  async look(picture: Picture, time: TimeStep): Promise<Looking> {
    const tiles = this.#tilesOf(picture)
    const isStill = await Promise.all(tiles.map(({ watch }) => watch?.isStill(picture)))
    await Promise.all(
      tiles.map(async (tile, index) => {
        // Each waits for a slot of its own and for nothing then, so that no frames wait for one another's.
        if (!isStill[index] || !tile.boxes) await this.#lookAt(tile, picture, time)
      })
    )
    const found = Promise.all(tiles.map(({ boxes }) => boxes!))
    return {
      boxes: found.then(all => mergeViews(all.map((each, index) => ({ area: tiles[index]!.area, found: each }))))
    }
  }

  async #lookAt(tile: Tile, picture: Picture, time: TimeStep): Promise<void> {
    const { boxes } = await show(this.#detector, picture, time, tile.part)
    tile.boxes = boxes
    boxes.catch(() => {
      if (tile.boxes === boxes) tile.boxes = undefined
    })
  }

  /** New ones where a stream goes on in another size. */
  #tilesOf({ width, height }: Picture): Tile[] {
    const size = `${width}x${height}`
    if (this.#size === size) return this.#tiles
    const parts = tilesOf({ width, height }, this.request, this.#tiling)
    const isWatched = this.#tiling === 'auto'
    this.#size = size
    this.#tiles = [
      { part: undefined, area: wholeFrame, watch: undefined, boxes: undefined },
      ...parts.map((part): Tile => {
        const area: Area = [part.left / width, part.top / height, part.width / width, part.height / height]
        return { part, area, watch: isWatched ? new TileWatch(part) : undefined, boxes: undefined }
      })
    ]
    return this.#tiles
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#detector[Symbol.asyncDispose]()
  }
}

/** Tells whether a tile looks as it did when it was looked at last. */
class TileWatch {
  readonly #part: PictureArea
  readonly #gate = new MotionGate()
  readonly #luma = Buffer.alloc(requestBytes(this.#gate.request) + pixelSlackBytes)

  constructor(part: PictureArea) {
    this.#part = part
  }

  async isStill(picture: Picture): Promise<boolean> {
    await picture.scaleInto(this.#gate.request, this.#luma, this.#part)
    const luma = this.#luma.subarray(0, requestBytes(this.#gate.request))
    return this.#gate.decide(luma, picture.ptsMs) === 'unchanged'
  }
}
