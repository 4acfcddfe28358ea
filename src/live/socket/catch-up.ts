import type { GapMessage } from '../../contract/live.ts'
import type { HistoryReader } from './event-history.ts'
import type { EventPlace, EventRing } from './event-ring.ts'
import type { LiveEvent } from './live-event.ts'
import { type OutBox, pieceBytes, takePiece } from './out-box.ts'
import { textFrame } from './text-frame.ts'

/** Waits between two looks at a history that has not come far enough: doubled from the first to the second. */
const firstRestMs = 50
const longestRestMs = 1000

export interface CatchUpParts {
  readonly out: OutBox
  readonly history: HistoryReader
  readonly ring: (stream: string) => EventRing | undefined
  readonly wants: (kind: string) => boolean
  /** Calls `retry` before long. */
  readonly later: () => void
  readonly now: () => number
  /** How long an event may be missing from a history that answers, before it is given up. */
  readonly patienceMs: { readonly asked: number; readonly seen: number }
}

/** One stream of which a client has yet to get what happened meanwhile. */
interface Behind {
  readonly stream: string
  /** `asked`: the client named it, and it may never have been. `seen`: it was here, so the history has it sooner or later. */
  readonly origin: 'asked' | 'seen'
  place: EventPlace
  /** Read and not sent. */
  page: readonly LiveEvent[]
  /** Where to go on behind the page, in the ring. */
  join: EventPlace | undefined
  state: 'due' | 'reading' | 'resting'
  restUntilMs: number
  rests: number
  /** Since when it has not come further. */
  sinceMs: number
}

/**
 * Brings one client up to date: from the history while the ring of a stream does not reach back far enough, then from the
 * ring, up to now. Both are joined by ids, so nothing comes twice and nothing is left out, whichever of them is behind the
 * other; while neither leads on, it waits, and keeps nothing but the place. A stream that is here gets no live events.
 */
export class CatchUp {
  readonly #parts: CatchUpParts
  readonly #behind = new Map<string, Behind>()
  #reading = false

  constructor(parts: CatchUpParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#behind.size
  }

  has(stream: string): boolean {
    return this.#behind.has(stream)
  }

  /** What waits to be sent. */
  get pageBytes(): number {
    let bytes = 0
    for (const { page } of this.#behind.values()) for (const { frame } of page) bytes += frame.length
    return bytes
  }

  begin(stream: string, place: EventPlace, origin: Behind['origin']): void {
    const sinceMs = this.#parts.now()
    const fresh = { page: [], join: undefined, state: 'due', restUntilMs: 0, rests: 0 } as const
    this.#behind.set(stream, { stream, origin, place, sinceMs, ...fresh })
    this.#parts.out.isCatchingUp = true
  }

  /** Other kinds are wanted: of what was read for the old ones nothing is kept. */
  retain(wanted: (stream: string) => boolean): void {
    for (const [stream, behind] of this.#behind) {
      if (!wanted(stream)) this.#upToDate(stream)
      behind.page = []
      behind.join = undefined
    }
  }

  /** Something happened in a stream that is behind. */
  nudge(stream: string): void {
    const behind = this.#behind.get(stream)
    if (behind?.restUntilMs !== Number.POSITIVE_INFINITY) return
    behind.restUntilMs = behind.sinceMs = this.#parts.now()
    this.#parts.later()
  }

  retry(): void {
    const now = this.#parts.now()
    let resting = false
    for (const behind of this.#behind.values()) {
      if (behind.state !== 'resting') continue
      if (behind.restUntilMs <= now) behind.state = 'due'
      else resting ||= behind.restUntilMs < Number.POSITIVE_INFINITY
    }
    if (resting) this.#parts.later()
    this.run()
  }

  /** Goes on as far as the socket takes it. */
  run(): void {
    for (const behind of this.#behind.values()) {
      while (this.#parts.out.isFree && this.#isDue(behind) && this.#step(behind));
      if (!this.#parts.out.isFree) return
    }
  }

  #isDue(behind: Behind): boolean {
    return behind.state === 'due' && this.#behind.get(behind.stream) === behind
  }

  /** False where it cannot go on now. */
  #step(behind: Behind): boolean {
    if (behind.page.length > 0) {
      const { piece, rest } = takePiece(behind.page)
      this.#passed(behind, behind.page[behind.page.length - rest.length - 1]!)
      behind.page = rest
      if (rest.length === 0 && behind.join) behind.place = behind.join
      this.#parts.out.write(piece)
      return true
    }
    const ring = this.#parts.ring(behind.stream)
    const from = ring?.numberFrom(behind.place)
    if (ring && from !== undefined) {
      this.#sendFrom(ring, from, behind)
      return true
    }
    if (!this.#reading) void this.#read(behind)
    return false
  }

  #sendFrom(ring: EventRing, from: number, behind: Behind): void {
    const frames: Buffer[] = []
    let bytes = 0
    let number = from
    for (; number < ring.next && bytes < pieceBytes; number++) {
      const event = ring.at(number)!
      this.#passed(behind, event)
      if (!this.#parts.wants(event.kind)) continue
      frames.push(event.frame)
      bytes += event.frame.length
    }
    if (number === ring.next) this.#upToDate(behind.stream)
    if (frames.length > 0) this.#parts.out.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames, bytes))
  }

  #upToDate(stream: string): void {
    this.#behind.delete(stream)
    this.#parts.out.isCatchingUp = this.#behind.size > 0
  }

  #passed(behind: Behind, { id }: LiveEvent): void {
    behind.place = { id, inclusive: false }
    behind.sinceMs = this.#parts.now()
    behind.rests = 0
  }

  /** Of one stream at a time. Never rejects. */
  async #read(behind: Behind): Promise<void> {
    this.#reading = true
    behind.state = 'reading'
    const read = await this.#parts.history.read(behind.stream, behind.place).catch(() => 'failed' as const)
    this.#reading = false
    if (this.#behind.get(behind.stream) === behind) {
      if (read === 'failed') {
        behind.sinceMs = this.#parts.now()
        this.#rest(behind)
      } else if (read) this.#take(behind, read)
      else this.#missing(behind)
    }
    this.run()
  }

  #take(behind: Behind, read: readonly LiveEvent[]): void {
    const ring = this.#parts.ring(behind.stream)
    const { usable, join } = this.#usable(behind, read, ring)
    const last = usable.at(-1)
    if (!last && !join) {
      // Neither leads on: the ring has only what is not stored yet, or does not have yet what is.
      if (this.#isOverdue(behind, 'seen') && ring && !ring.isEmpty) this.#joinAtFirst(behind, ring)
      else this.#rest(behind, ring === undefined || ring.isEmpty)
      return
    }
    behind.state = 'due'
    behind.page = usable.filter(({ kind }) => this.#parts.wants(kind))
    behind.join = join
    if (behind.page.length > 0) return
    if (last) this.#passed(behind, last)
    if (join) behind.place = join
  }

  /** Up to the first that the ring has, and to the end of an epoch of which the history lacks the last. */
  #usable(behind: Behind, read: readonly LiveEvent[], ring: EventRing | undefined) {
    const usable: LiveEvent[] = []
    let { id } = behind.place
    let epoch = epochOf(id)
    for (const event of read) {
      const last = event.epoch === epoch ? undefined : ring?.lastOf(epoch)
      if (last !== undefined && last !== id && !this.#isOverdue(behind, 'seen')) break
      if (ring?.has(event.id)) return { usable, join: { id: event.id, inclusive: true } }
      usable.push(event)
      id = event.id
      epoch = event.epoch
    }
    return { usable, join: undefined }
  }

  #missing(behind: Behind): void {
    const ring = this.#parts.ring(behind.stream)
    if (ring?.numberFrom(behind.place) !== undefined) behind.state = 'due'
    else if (this.#isOverdue(behind, behind.origin)) this.#giveUp(behind)
    else this.#rest(behind)
  }

  #isOverdue(behind: Behind, origin: Behind['origin']): boolean {
    const { now, patienceMs, history } = this.#parts
    return now() - behind.sinceMs > patienceMs[origin] + history.lagMs()
  }

  #joinAtFirst(behind: Behind, ring: EventRing): void {
    if (ring.isWhole) {
      behind.place = { id: ring.at(ring.first)!.id, inclusive: true }
      behind.state = 'due'
    } else this.#giveUp(behind)
  }

  #giveUp({ stream, place }: Behind): void {
    this.#upToDate(stream)
    const gap: GapMessage = { type: 'gap', stream, after: place.id }
    this.#parts.out.answer(textFrame(JSON.stringify(gap)))
  }

  /** `untilNudged`: nothing is expected before something happens. */
  #rest(behind: Behind, untilNudged = false): void {
    behind.state = 'resting'
    behind.restUntilMs = untilNudged
      ? Number.POSITIVE_INFINITY
      : this.#parts.now() + Math.min(longestRestMs, firstRestMs * 2 ** Math.min(10, behind.rests++))
    if (!untilNudged) this.#parts.later()
  }
}

function epochOf(id: string): number {
  return Number(id.split('/', 2)[1])
}
