import type { Box } from '../contract/geometry.ts'

/** So many are kept; the oldest goes first. */
const maxPlaces = 256
/** How much two boxes have to overlap, as intersection over union, to be the same place. */
const minOverlap = 0.5

/** Things by where they stand. */
export class RememberedPlaces<Thing> {
  #places: { readonly box: Box; readonly thing: Thing }[] = []

  get size(): number {
    return this.#places.length
  }

  add(box: Box, thing: Thing): void {
    this.#places.push({ box, thing })
    if (this.#places.length > maxPlaces) this.#places.shift()
  }

  /** Gives the thing that stands where `box` is and that `isMeant`, and forgets it. */
  take(box: Box, isMeant: (thing: Thing) => boolean): Thing | undefined {
    const at = this.#places.findIndex(place => overlap(place.box, box) >= minOverlap && isMeant(place.thing))
    return at < 0 ? undefined : this.#places.splice(at, 1)[0]!.thing
  }

  clear(): void {
    this.#places = []
  }
}

function overlap(one: Box, two: Box): number {
  const width = Math.min(one.x + one.w, two.x + two.w) - Math.max(one.x, two.x)
  const height = Math.min(one.y + one.h, two.y + two.h) - Math.max(one.y, two.y)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (one.w * one.h + two.w * two.h - shared)
}
