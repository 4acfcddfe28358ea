import type { Identities } from './identities.ts'

/** The boxes of one side (ground truth or results) that are scored, as who they are. Boxes lie frame after frame. */
export class SceneSide {
  /** Boxes in all. */
  count = 0
  /** Identities that have any. */
  idCount = 0
  /** Identity of each box, counted from 0 without gaps. */
  readonly ids: Int32Array
  /** Boxes of frame `f` are `starts[f]` … `starts[f + 1] − 1`. */
  readonly starts: Int32Array
  /** How many boxes each identity has. */
  readonly boxesOfId: Int32Array
  readonly #identities: Identities
  /** An identity among those scored, −1 where it is not yet. */
  readonly #scored: Int32Array
  #frames = 0

  constructor(identities: Identities, frames: number) {
    this.ids = new Int32Array(identities.of.length)
    this.starts = new Int32Array(frames + 1)
    this.boxesOfId = new Int32Array(identities.count)
    this.#identities = identities
    this.#scored = new Int32Array(identities.count).fill(-1)
  }

  /** Adds the box of a file's row to the frame at hand and returns its place. */
  add(row: number): number {
    const identity = this.#identities.of[row]!
    if (this.#scored[identity]! < 0) this.#scored[identity] = this.idCount++
    const id = this.#scored[identity]!
    this.boxesOfId[id]!++
    this.ids[this.count] = id
    return this.count++
  }

  endFrame(): void {
    this.starts[++this.#frames] = this.count
  }
}
