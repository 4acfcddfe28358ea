/** Work of which there is one for each key at a time: whoever asks while it goes on waits for that. */
export class SharedWork<T> {
  readonly #running = new Map<string, Promise<T>>()

  join(key: string, begin: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key) ?? begin().finally(() => this.#running.delete(key))
    this.#running.set(key, running)
    return running
  }
}
