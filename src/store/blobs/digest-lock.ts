/** Lets one at a time work on a digest, in the order of asking. Within this process only. */
export class DigestLock {
  readonly #last = new Map<string, Promise<void>>()

  async run<Result>(digest: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(digest)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last.set(digest, promise)
    try {
      await before
      return await work()
    } finally {
      resolve()
      if (this.#last.get(digest) === promise) this.#last.delete(digest)
    }
  }
}
