/** How many of something each key has open: no longer than its counts are. */
export class OpenCount {
  readonly #open = new Map<string, number>()

  /** Gives what is to be called when it closes; undefined where `most` are open already. */
  open(key: string, most: number): (() => void) | undefined {
    const count = this.#open.get(key) ?? 0
    if (count >= most) return undefined
    this.#open.set(key, count + 1)
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      const left = (this.#open.get(key) ?? 1) - 1
      if (left > 0) this.#open.set(key, left)
      else this.#open.delete(key)
    }
  }

  get size(): number {
    return this.#open.size
  }
}
