import type { GapMessage } from '../../contract/live.ts'
import { BehindStream, type Origin } from './behind-stream.ts'
import type { HistoryPage, HistoryReader } from './event-history.ts'
import type { EventPlace, EventRing } from './event-ring.ts'
import type { LiveEvent } from './live-event.ts'
import { type OutBox, pieceBytes, takePiece } from './out-box.ts'
import { textFrame } from './text-frame.ts'

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

/**
 * Brings one client up to date: from the history while the ring of a stream does not reach back far enough, then from the
 * ring, up to now. Both are joined by ids, so nothing comes twice and nothing is left out, whichever of them is behind the
 * other; while neither leads on, it waits, and keeps nothing but the place. A stream that is here gets no live events.
 */
export class CatchUp {
  readonly #parts: CatchUpParts
  readonly #behind = new Map<string, BehindStream>()
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

  begin(stream: string, place: EventPlace, origin: Origin): void {
    this.#behind.set(stream, new BehindStream(stream, place, origin, this.#parts.now()))
    this.#parts.out.isCatchingUp = true
  }

  /** Other kinds are wanted: of what was read for the old ones nothing is kept. */
  retain(wanted: (stream: string) => boolean): void {
    for (const [stream, behind] of this.#behind) {
      if (!wanted(stream)) this.#upToDate(stream)
      behind.forget()
    }
  }

  /** Something happened in a stream that is behind. */
  nudge(stream: string): void {
    if (this.#behind.get(stream)?.nudge(this.#parts.now())) this.#parts.later()
  }

  retry(): void {
    const now = this.#parts.now()
    let resting = false
    for (const behind of this.#behind.values()) if (behind.wake(now)) resting = true
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

  #isDue(behind: BehindStream): boolean {
    return behind.state === 'due' && this.#behind.get(behind.stream) === behind
  }

  /** False where it cannot go on now. */
  #step(behind: BehindStream): boolean {
    if (behind.page.length > 0) {
      const { piece, rest } = takePiece(behind.page)
      behind.passed(behind.page[behind.page.length - rest.length - 1]!, this.#parts.now())
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

  #sendFrom(ring: EventRing, from: number, behind: BehindStream): void {
    const frames: Buffer[] = []
    let bytes = 0
    let number = from
    for (; number < ring.next && bytes < pieceBytes; number++) {
      const event = ring.at(number)!
      behind.passed(event, this.#parts.now())
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

  /** Of one stream at a time. Never rejects. */
  async #read(behind: BehindStream): Promise<void> {
    this.#reading = true
    behind.state = 'reading'
    const read = await this.#parts.history.read(behind.stream, behind.place).catch(() => 'failed' as const)
    this.#reading = false
    if (this.#behind.get(behind.stream) === behind) {
      if (read === 'failed') {
        behind.excuse(this.#parts.now())
        this.#rest(behind)
      } else if (read) this.#take(behind, read)
      else this.#missing(behind)
    }
    this.run()
  }

  #take(behind: BehindStream, read: HistoryPage): void {
    const ring = this.#parts.ring(behind.stream)
    const { usable, join } = this.#usable(behind, read, ring)
    const last = usable.at(-1)
    if (!last && !join) {
      // Neither leads on: the ring has only what is not stored yet, or does not have yet what is.
      if (this.#isHopeless(behind, read.isWhole)) this.#giveUp(behind)
      else if (this.#isOverdue(behind, 'seen') && ring && !ring.isEmpty) this.#joinAtFirst(behind, ring)
      else if (read.isWhole && hasNothingBehind(ring, behind.place)) behind.restUntilNudged()
      else this.#rest(behind)
      return
    }
    behind.state = 'due'
    behind.page = usable.filter(({ kind }) => this.#parts.wants(kind))
    behind.join = join
    if (behind.page.length > 0) return
    if (last) behind.passed(last, this.#parts.now())
    if (join) behind.place = join
  }

  /**
   * Up to the first that the ring has, and to the end of an epoch of which the history may lack the last: later epochs are
   * stored beside it.
   */
  #usable(behind: BehindStream, { events, isWhole }: HistoryPage, ring: EventRing | undefined) {
    const usable: LiveEvent[] = []
    let { id } = behind.place
    let epoch = epochOf(id)
    for (const event of events) {
      const isAllStored = () => (ring?.lastWithin(epoch, event.epoch) ?? id) === id || this.#isOverdue(behind, 'seen')
      if (event.epoch !== epoch && !(isWhole && isAllStored())) break
      if (ring?.has(event.id)) return { usable, join: { id: event.id, inclusive: true } }
      usable.push(event)
      id = event.id
      epoch = event.epoch
    }
    return { usable, join: undefined }
  }

  #missing(behind: BehindStream): void {
    const ring = this.#parts.ring(behind.stream)
    if (ring?.numberFrom(behind.place) !== undefined) behind.state = 'due'
    else if (this.#isOverdue(behind, behind.origin) || this.#isHopeless(behind)) this.#giveUp(behind)
    else this.#rest(behind)
  }

  #isOverdue(behind: BehindStream, origin: Origin): boolean {
    return this.#waited(behind, origin) > this.#parts.history.lagMs()
  }

  /** What former processes logged may take for ever to be stored: nobody waits for that as long as for what was logged since. */
  #isHopeless(behind: BehindStream, isWhole = this.#parts.history.isWhole()): boolean {
    return !isWhole && this.#waited(behind, 'seen') > 0
  }

  /** For how long beyond the patience with its place, in milliseconds. */
  #waited(behind: BehindStream, origin: Origin): number {
    const { now, patienceMs } = this.#parts
    return behind.waitedMs(now()) - patienceMs[origin]
  }

  #joinAtFirst(behind: BehindStream, ring: EventRing): void {
    if (ring.isWhole) {
      behind.place = { id: ring.at(ring.first)!.id, inclusive: true }
      behind.state = 'due'
    } else this.#giveUp(behind)
  }

  #giveUp({ stream, place }: BehindStream): void {
    this.#upToDate(stream)
    const gap: GapMessage = { type: 'gap', stream, after: place.id }
    this.#parts.out.answer(textFrame(JSON.stringify(gap)))
  }

  #rest(behind: BehindStream): void {
    behind.rest(this.#parts.now())
    this.#parts.later()
  }
}

function hasNothingBehind(ring: EventRing | undefined, { id }: EventPlace): boolean {
  return ring === undefined || (ring.isEmpty && (ring.lastWithin(epochOf(id)) ?? id) === id)
}

function epochOf(id: string): number {
  return Number(id.split('/', 2)[1])
}
