import type { Point } from '../../contract/geometry.ts'
import type { RegionPositions } from './region-question.ts'
import { tooLarge } from './stored-range.ts'

/** Points within a region, as they are found. */
export class PositionColumns {
  readonly #most: number
  #count = 0
  #atMs = new Float64Array(1024)
  #places = new Float64Array(2048)
  #tracks = new Int32Array(1024)

  /** `most`: points that it takes. */
  constructor(most: number) {
    this.#most = most
  }

  /** @throws SL_QUERY_TOO_LARGE */
  add(atMs: number, [x, y]: Point, track: number): void {
    if (this.#count === this.#most)
      throw tooLarge(`${this.#most + 1} positions or more`, this.#most, 'Ask for a shorter time, or without positions.')
    if (this.#count === this.#atMs.length) this.#grow()
    this.#atMs[this.#count] = atMs
    this.#places[this.#count * 2] = x
    this.#places[this.#count * 2 + 1] = y
    this.#tracks[this.#count++] = track
  }

  written(): RegionPositions {
    const count = this.#count
    return {
      atMs: this.#atMs.slice(0, count),
      places: this.#places.slice(0, count * 2),
      tracks: this.#tracks.slice(0, count)
    }
  }

  #grow(): void {
    const length = this.#count * 2
    const atMs = new Float64Array(length)
    const places = new Float64Array(length * 2)
    const tracks = new Int32Array(length)
    atMs.set(this.#atMs)
    places.set(this.#places)
    tracks.set(this.#tracks)
    this.#atMs = atMs
    this.#places = places
    this.#tracks = tracks
  }
}
