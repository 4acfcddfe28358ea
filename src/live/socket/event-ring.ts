import type { LiveEvent } from './live-event.ts'

/** Where somebody is in a stream: behind the event with this id or, inclusively, right before it. */
export interface EventPlace {
  readonly id: string
  readonly inclusive: boolean
}

/** Epochs whose last event is remembered. */
const rememberedEpochs = 16

/**
 * The newest events of one stream since this process began, in the order of their log and epoch after epoch, bounded in
 * bytes. Each has a number that grows by one.
 */
export class EventRing {
  readonly #most: number
  #events: LiveEvent[] = []
  /** Number of the first in `#events`. */
  #base = 0
  /** How many of `#events` have been let go. */
  #gone = 0
  readonly #numbers = new Map<string, number>()
  readonly #lastOf = new Map<number, string>()
  #newestEpoch: number
  #letGo: string | undefined
  #bytes = 0

  /**
   * @param fromEpoch the newest when this process began. What is still told of older ones is their ends, and what lies between
   * those never comes by here
   */
  constructor(mostBytes: number, fromEpoch = 0) {
    this.#most = mostBytes
    this.#newestEpoch = fromEpoch
  }

  get bytes(): number {
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.#numbers.size === 0
  }

  /** True while it has everything since this process began. */
  get isWhole(): boolean {
    return this.#letGo === undefined
  }

  /** Number of its first event, and of the one that comes next. */
  get first(): number {
    return this.#base + this.#gone
  }

  get next(): number {
    return this.#base + this.#events.length
  }

  /**
   * False for one that it has, and for one of an epoch before the newest: the end of a crashed one may be told late.
   * Whoever lacks such an event finds it in the store, in its place.
   */
  add(event: LiveEvent): boolean {
    if (this.#numbers.has(event.id)) return false
    this.#remember(event)
    if (event.epoch < this.#newestEpoch) return false
    this.#newestEpoch = event.epoch
    this.#numbers.set(event.id, this.next)
    this.#events.push(event)
    this.#bytes += event.frame.length
    while (this.#bytes > this.#most && this.#numbers.size > 1) this.#dropFirst()
    return true
  }

  at(number: number): LiveEvent | undefined {
    return number < this.first ? undefined : this.#events[number - this.#base]
  }

  has(id: string): boolean {
    return this.#numbers.has(id)
  }

  /** Number of what comes next for somebody there; undefined where the ring cannot tell. */
  numberFrom({ id, inclusive }: EventPlace): number | undefined {
    const number = this.#numbers.get(id)
    if (number !== undefined) return inclusive ? number : number + 1
    return !inclusive && id === this.#letGo ? this.first : undefined
  }

  /** Id of the newest event of these epochs, of which all are stored only when this one is. `before`: the first that is none of them. */
  lastWithin(from: number, before = Number.POSITIVE_INFINITY): string | undefined {
    const newest = Math.max(0, ...[...this.#lastOf.keys()].filter(epoch => epoch >= from && epoch < before))
    return this.#lastOf.get(newest)
  }

  #remember({ epoch, id }: LiveEvent): void {
    this.#lastOf.set(epoch, id)
    if (this.#lastOf.size <= rememberedEpochs) return
    this.#lastOf.delete(Math.min(...this.#lastOf.keys()))
  }

  #dropFirst(): void {
    const event = this.#events[this.#gone]!
    this.#numbers.delete(event.id)
    this.#bytes -= event.frame.length
    this.#letGo = event.id
    this.#gone++
    if (this.#gone < 64 || this.#gone * 2 < this.#events.length) return
    this.#events = this.#events.slice(this.#gone)
    this.#base += this.#gone
    this.#gone = 0
  }
}
