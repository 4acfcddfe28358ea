/** A rate is measured over so long: arrival trembles by some tenths of a second. */
const windowMs = 60_000
/** Quartz is nearer than this to a second a second; what is further off has the wrong rate. */
const leastOff = 0.02
/** Two windows agree within this: a stall, or pictures that a server kept, are in one of them alone. */
const mostApart = 0.01
/** A source that hardly moves, or races, is none whose rate can be told. */
const slowest = 0.05
const fastest = 20

/**
 * How many milliseconds go by for each that a source's clock tells. 1, but for senders that stamp their pictures as if there
 * were more or fewer of them a second: 24 as 25, or 12.5 at night as 25.
 */
export class SourceRate {
  #window: { readonly sourceMs: number; readonly arrivedMs: number } | undefined
  #last = 1
  #rate = 1

  get now(): number {
    return this.#rate
  }

  heard(sourceMs: number, arrivedMs: number): void {
    const window = (this.#window ??= { sourceMs, arrivedMs })
    const passedMs = arrivedMs - window.arrivedMs
    if (passedMs < windowMs) return
    const rate = passedMs / (sourceMs - window.sourceMs)
    if (Math.abs(rate / this.#last - 1) <= mostApart) this.#take(rate)
    this.#last = rate
    this.#window = { sourceMs, arrivedMs }
  }

  /** What comes next is of another clock, or of another time of it. */
  restart(): void {
    this.#window = undefined
  }

  #take(rate: number): void {
    if (rate < slowest || rate > fastest) return
    this.#rate = Math.abs(rate - 1) < leastOff ? 1 : rate
  }
}
