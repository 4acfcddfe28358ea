import type { TrackColumns } from '../core/columns.ts'
import type { RgbaPicture, VideoFrame } from '../media/frame.ts'
import { TrackPicture } from './track-picture.ts'

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

interface Seat {
  readonly trackId: number
  classId: number
  readonly firstMs: number
  lastMs: number
  ended: boolean
  readonly best: TrackPicture
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
      const expected = seat.best.promise(frame, tracks, row, this.#betterBy)
      if (expected === undefined) continue
      this.crops++
      cropping.push(seat.best.crop(frame, tracks, row, expected))
    }
    if (cropping.length > 0) await Promise.all(cropping)
  }

  /** The pictures so far, in the order the tracks appeared. */
  async result(): Promise<TrackCrop[]> {
    const seats = [...this.#seats.values()].sort((a, b) => a.firstMs - b.firstMs || a.trackId - b.trackId)
    const crops: TrackCrop[] = []
    // One after the other: decoders of all at once would hold a hundred megabytes.
    for (const { trackId, classId, firstMs, lastMs, best, packed } of seats) {
      const shown = packed ? await unpacked(await packed) : best.picture
      if (shown) crops.push({ trackId, classId, firstMs, lastMs, picture: shown })
    }
    return crops
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
      best: new TrackPicture(),
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
  const picture = seat.best.take()
  if (picture) seat.packed = packed(picture)
}

// Loaded apart: the drawing library takes its time, and most frames need none of it.
async function packed(picture: RgbaPicture): Promise<Buffer> {
  return (await import('./picture.ts')).packPicture(picture)
}

async function unpacked(bytes: Buffer): Promise<RgbaPicture> {
  return (await import('./picture.ts')).decodePicture(bytes)
}
