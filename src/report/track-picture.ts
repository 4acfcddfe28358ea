import type { TrackColumns } from '../core/columns.ts'
import type { RgbaPicture, VideoFrame } from '../media/frame.ts'
import { expectedQuality, sharpness } from './crop-quality.ts'

/** The contact sheet's tile. A picture of a track has no more pixels. */
const tile = { width: 128, height: 192 }
const mostPx = tile.width * tile.height
/** Part of a box that is shown around it on each side. */
const surroundings = 0.06

/** The best picture of one track that was seen so far: up to 98 KB. */
export class TrackPicture {
  /** Expected quality when it was last cropped: what a new frame has to beat. */
  #triedAt = 0
  #quality = 0
  #picture: RgbaPicture | undefined

  get picture(): RgbaPicture | undefined {
    return this.#picture
  }

  /** How good the track in `row` would look on this frame, by its box alone; undefined unless `betterBy` times as good as what was tried. */
  promise(frame: VideoFrame, tracks: TrackColumns, row: number, betterBy: number): number | undefined {
    const expected = expectedQuality(tracks, row, frame, tile)
    return this.#picture && expected < this.#triedAt * betterBy ? undefined : expected
  }

  /** Looks at the pixels, and keeps them where they hold what was promised. The frame has to stay open until this is done. */
  async crop(frame: VideoFrame, tracks: TrackColumns, row: number, expected: number): Promise<void> {
    this.#triedAt = Math.max(this.#triedAt, expected)
    const area = cropArea(frame, tracks.boxes.subarray(row * 4, row * 4 + 4))
    if (!area) return
    const picture = await frame.crop(area.left, area.top, area.width, area.height, mostPx)
    const quality = expected * (0.5 + 0.5 * sharpness(picture))
    if (this.#picture && quality <= this.#quality) return
    this.#quality = quality
    this.#picture = picture
  }

  /** Hands the picture over. */
  take(): RgbaPicture | undefined {
    const picture = this.#picture
    this.#picture = undefined
    return picture
  }
}

/** The box with a little around it, whole pixels within the frame; nothing when none of it is. */
function cropArea({ width, height }: VideoFrame, box: Float64Array) {
  const [x, y, w, h] = [box[0]! * width, box[1]! * height, box[2]! * width, box[3]! * height]
  const margin = surroundings * Math.min(w, h)
  const left = Math.max(0, Math.floor(x - margin))
  const top = Math.max(0, Math.floor(y - margin))
  const right = Math.min(width, Math.ceil(x + w + margin))
  const bottom = Math.min(height, Math.ceil(y + h + margin))
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : undefined
}
