/** What is least late comes at least once in so long. Raise it for ways that are crowded for longer. */
const windowMs = 30_000
/** So long at first what is least late is learned: less, and pictures that a server kept would count. */
const learningMs = 5000

/** How much later than at first the pictures of a source come that come in time: by so much its clock is slower than ours. */
export class Lateness {
  #sinceMs: number | undefined
  #windowMs = 0
  /** Of the window before, and of this one. */
  #before = Number.POSITIVE_INFINITY
  #least = Number.POSITIVE_INFINITY
  #first: number | undefined

  /** 0 while it is not known. */
  get ms(): number {
    return this.#first === undefined ? 0 : Math.min(this.#before, this.#least) - this.#first
  }

  /** A picture came so much after its own time. */
  heard(lateMs: number, arrivedMs: number): void {
    this.#sinceMs ??= this.#windowMs = arrivedMs
    if (this.#first === undefined && arrivedMs - this.#sinceMs >= learningMs) this.#first = this.#least
    if (arrivedMs - this.#windowMs >= windowMs) {
      this.#before = this.#least
      this.#least = Number.POSITIVE_INFINITY
      this.#windowMs = arrivedMs
    }
    this.#least = Math.min(this.#least, lateMs)
  }

  /** Its own time was put ahead by this. */
  shifted(byMs: number): void {
    this.#before -= byMs
    this.#least -= byMs
  }
}
