import type { TrackColumns } from '../core/columns.ts'
import type { RgbaPicture, VideoFrame } from '../media/frame.ts'
import { expectedQuality, sharpness } from './crop-quality.ts'

/** The best picture of one track. */
export interface TrackCrop {
  readonly trackId: number
  /** Class id of the track's last row: where the tracker's vote came to rest. */
  readonly classId: number
  readonly firstMs: number
  readonly lastMs: number
  readonly picture: RgbaPicture
}

export interface BestCropsOptions {
  /** Tracks whose picture is kept, each up to 98 KB while it lives and a few afterwards. Beyond, those seen longest stay. */
  readonly maxTracks?: number
  /** How many times as good a frame has to look before it is cropped anew; higher crops less and settles for worse. */
  readonly betterBy?: number
}

/** The contact sheet's tile. A crop has no more pixels. */
const tile = { width: 128, height: 192 }
const cropPx = tile.width * tile.height
/** Part of a box that is shown around it on each side. */
const surroundings = 0.06

interface Seat {
  readonly trackId: number
  classId: number
  readonly firstMs: number
  lastMs: number
  ended: boolean
  /** Expected quality when it was last cropped: what a new frame has to beat. */
  triedAt: number
  quality: number
  picture: RgbaPicture | undefined
  /** In place of the picture once the track ended. */
  packed: Promise<Buffer> | undefined
}

/**
 * Keeps for each track the best picture seen so far. Judges by the boxes first and touches pixels only when a
 * frame promises a clearly better one, so that crops stay few: about ten in the life of a track that comes nearer.
 */
export class BestCrops {
  readonly #maxTracks: number
  readonly #betterBy: number
  readonly #seats = new Map<number, Seat>()
  /** When tracks that live without a seat were first seen. */
  readonly #waiting = new Map<number, number>()
  /** Crops made: what it has cost. */
  crops = 0

  constructor({ maxTracks = 240, betterBy = 1.3 }: BestCropsOptions = {}) {
    this.#maxTracks = maxTracks
    this.#betterBy = betterBy
  }

  /** Frames in order; `frame` has to stay open until the promise is settled. `ended`: ids that never come again. */
  async observe(frame: VideoFrame, tracks: TrackColumns, ended: readonly number[]): Promise<void> {
    for (const trackId of ended) {
      this.#waiting.delete(trackId)
      const seat = this.#seats.get(trackId)
      if (seat) end(seat)
    }
    const cropping: Promise<void>[] = []
    for (let row = 0; row < tracks.count; row++) {
      const seat = this.#seatFor(tracks.trackIds[row]!, frame.ptsMs)
      if (!seat) continue
      seat.lastMs = frame.ptsMs
      seat.classId = tracks.classIds[row]!
      if (tracks.observed[row] !== 1) continue
      const expected = expectedQuality(tracks, row, frame, tile)
      if (seat.picture && expected < seat.triedAt * this.#betterBy) continue
      seat.triedAt = Math.max(seat.triedAt, expected)
      cropping.push(this.#crop(frame, tracks, row, seat, expected))
    }
    if (cropping.length > 0) await Promise.all(cropping)
  }

  /** The pictures so far, in the order the tracks appeared. */
  async result(): Promise<TrackCrop[]> {
    const seats = [...this.#seats.values()].sort((a, b) => a.firstMs - b.firstMs || a.trackId - b.trackId)
    const crops: TrackCrop[] = []
    // One after the other: decoders of all at once would hold a hundred megabytes.
    for (const { trackId, classId, firstMs, lastMs, picture, packed } of seats) {
      const shown = packed ? await unpacked(await packed) : picture
      if (shown) crops.push({ trackId, classId, firstMs, lastMs, picture: shown })
    }
    return crops
  }

  async #crop(frame: VideoFrame, tracks: TrackColumns, row: number, seat: Seat, expected: number): Promise<void> {
    const area = cropArea(frame, tracks.boxes.subarray(row * 4, row * 4 + 4))
    if (!area) return
    this.crops++
    const picture = await frame.crop(area.left, area.top, area.width, area.height, cropPx)
    const quality = expected * (0.5 + 0.5 * sharpness(picture))
    if (seat.picture && quality <= seat.quality) return
    seat.quality = quality
    seat.picture = picture
  }

  #seatFor(trackId: number, ptsMs: number): Seat | undefined {
    const seat = this.#seats.get(trackId)
    if (seat) return seat
    const firstMs = this.#waiting.get(trackId) ?? ptsMs
    if (this.#seats.size >= this.#maxTracks && !this.#unseat(ptsMs - firstMs)) {
      this.#waiting.set(trackId, firstMs)
      return undefined
    }
    this.#waiting.delete(trackId)
    const given: Seat = {
      trackId,
      classId: 0,
      firstMs,
      lastMs: ptsMs,
      ended: false,
      triedAt: 0,
      quality: 0,
      picture: undefined,
      packed: undefined
    }
    this.#seats.set(trackId, given)
    return given
  }

  /** Frees the seat of the ended track seen for the shortest time, if that was shorter than `lifeMs`. */
  #unseat(lifeMs: number): boolean {
    let shortest: Seat | undefined
    for (const seat of this.#seats.values())
      if (seat.ended && (!shortest || seat.lastMs - seat.firstMs < shortest.lastMs - shortest.firstMs)) shortest = seat
    if (!shortest || shortest.lastMs - shortest.firstMs >= lifeMs) return false
    return this.#seats.delete(shortest.trackId)
  }
}

/** The track is over: its picture is kept as a JPEG, a twentieth of its size, so that hours of tracks stay small. */
function end(seat: Seat): void {
  seat.ended = true
  if (!seat.picture) return
  seat.packed = packed(seat.picture)
  seat.picture = undefined
}

// Loaded apart: the drawing library takes its time, and most frames need none of it.
async function packed(picture: RgbaPicture): Promise<Buffer> {
  return (await import('./picture.ts')).packPicture(picture)
}

async function unpacked(bytes: Buffer): Promise<RgbaPicture> {
  return (await import('./picture.ts')).decodePicture(bytes)
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
