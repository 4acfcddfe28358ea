/** Gives the newest of what is told, to one who may be slow: what came before it and was not taken is left out. */
export class NewestOnly<Value> implements AsyncIterableIterator<Value, undefined, undefined> {
  readonly #left: () => void
  #waiting: { readonly value: Value } | undefined
  #asking: PromiseWithResolvers<IteratorResult<Value, undefined>> | undefined
  #end: { readonly error?: Error } | undefined

  /** @param left called once, when nothing more is wanted or comes */
  constructor(left: () => void) {
    this.#left = left
  }

  get isOver(): boolean {
    return this.#end !== undefined
  }

  tell(value: Value): void {
    if (this.#end) return
    this.#waiting = { value }
    this.#answer()
  }

  /** Nothing comes after what was told. */
  finish(end: { readonly error?: Error } = {}): void {
    if (this.#end) return
    this.#end = end
    this.#left()
    this.#answer()
  }

  fail(error: Error): void {
    this.#waiting = undefined
    this.finish({ error })
  }

  next(): Promise<IteratorResult<Value, undefined>> {
    this.#asking ??= Promise.withResolvers()
    const { promise } = this.#asking
    this.#answer()
    return promise
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#waiting = undefined
    this.finish()
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #answer(): void {
    const asking = this.#asking
    if (!asking || !(this.#waiting || this.#end)) return
    this.#asking = undefined
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) asking.resolve({ value: waiting.value, done: false })
    else if (this.#end?.error) asking.reject(this.#end.error)
    else asking.resolve({ value: undefined, done: true })
  }
}
