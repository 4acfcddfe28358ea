/**
 * Slots of tracks, or rows of the intake: filled anew in every frame, its memory kept, so that a frame allocates nothing
 * for its boxes. (An array that is emptied gives its memory back.)
 */
export class SlotList {
  items = new Int32Array(64)
  count = 0

  push(item: number): void {
    if (this.count === this.items.length) this.#grow(this.count + 1)
    this.items[this.count++] = item
  }

  clear(): void {
    this.count = 0
  }

  append(other: SlotList): void {
    const { items, count } = other
    if (this.count + count > this.items.length) this.#grow(this.count + count)
    for (let i = 0; i < count; i++) this.items[this.count++] = items[i]!
  }

  /** Becomes the same as another. */
  copy(other: SlotList): void {
    this.clear()
    this.append(other)
  }

  each(use: (item: number) => void): void {
    const { items, count } = this
    for (let i = 0; i < count; i++) use(items[i]!)
  }

  /** Leaves out what `isKept` says no to; what stays keeps its order. */
  retain(isKept: (item: number) => boolean): void {
    const { items, count } = this
    this.count = 0
    for (let i = 0; i < count; i++) if (isKept(items[i]!)) items[this.count++] = items[i]!
  }

  /** A list that may be kept; it costs memory. */
  toArray(): number[] {
    return Array.from(this.items.subarray(0, this.count))
  }

  #grow(count: number): void {
    const items = new Int32Array(Math.max(count, this.items.length * 2))
    items.set(this.items)
    this.items = items
  }
}
