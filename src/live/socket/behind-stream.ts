import type { EventPlace } from './event-ring.ts'
import type { LiveEvent } from './live-event.ts'

/** Waits between two looks at a history that has not come far enough: doubled from the first to the second. */
const firstRestMs = 50
const longestRestMs = 1000

/** `asked`: the client named its place, and it may never have been. `seen`: it was here, so the history has it sooner or later. */
export type Origin = 'asked' | 'seen'

/** How far a client has got in one stream of which it lacks what happened meanwhile. Reads no clock. */
export class BehindStream {
  readonly stream: string
  readonly origin: Origin
  place: EventPlace
  /** Read and not sent. */
  page: readonly LiveEvent[] = []
  /** Where to go on behind the page, in the ring. */
  join: EventPlace | undefined
  state: 'due' | 'reading' | 'resting' = 'due'
  #restUntilMs = 0
  #rests = 0
  #sinceMs: number

  constructor(stream: string, place: EventPlace, origin: Origin, nowMs: number) {
    this.stream = stream
    this.place = place
    this.origin = origin
    this.#sinceMs = nowMs
  }

  passed({ id }: LiveEvent, nowMs: number): void {
    this.place = { id, inclusive: false }
    this.#sinceMs = nowMs
    this.#rests = 0
  }

  /** What was read is not wanted any more. */
  forget(): void {
    this.page = []
    this.join = undefined
  }

  /** For how long it has not come further. */
  waitedMs(nowMs: number): number {
    return nowMs - this.#sinceMs
  }

  /** The history failed: that it has nothing is not known. */
  excuse(nowMs: number): void {
    this.#sinceMs = nowMs
  }

  rest(nowMs: number): void {
    this.state = 'resting'
    this.#restUntilMs = nowMs + Math.min(longestRestMs, firstRestMs * 2 ** Math.min(10, this.#rests++))
  }

  /** Nothing is expected before something happens. */
  restUntilNudged(): void {
    this.state = 'resting'
    this.#restUntilMs = Number.POSITIVE_INFINITY
  }

  /** Something happened; false where it was not waited for. */
  nudge(nowMs: number): boolean {
    if (this.#restUntilMs !== Number.POSITIVE_INFINITY) return false
    this.#restUntilMs = this.#sinceMs = nowMs
    return true
  }

  /** Ends a rest whose time is over. True where one will be over by itself. */
  wake(nowMs: number): boolean {
    if (this.state !== 'resting') return false
    if (this.#restUntilMs > nowMs) return this.#restUntilMs < Number.POSITIVE_INFINITY
    this.state = 'due'
    return false
  }
}
