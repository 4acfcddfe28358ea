import type { LiveEvent } from './live-event.ts'
import type { LiveSocket, Wire } from './live-socket.ts'

/** Something of which only the newest counts: a stream's boxes, its state, a session's clock. One for all clients. */
export interface Newest {
  /** Whose it is: told to those alone who may have that at the time. */
  readonly stream: string
  frame: Buffer | undefined
}

/** Written in one piece where many small frames wait. Larger ones cost fewer system calls, and memory. */
export const pieceBytes = 16_384
/** Refusals that may wait: whoever sends nonsense without listening loses the rest. */
const mostRefusals = 32

export interface OutBoxParts {
  readonly socket: LiveSocket
  /** Events that may wait, in bytes of their frames. */
  readonly queueBytes: number
  /** These were too many to keep: whoever is behind reads them again. */
  readonly spill: (events: readonly LiveEvent[]) => void
  /** While something has to be caught up with: false for an event that is not to be sent now. */
  readonly isDue: (event: LiveEvent) => boolean
  /** Whether this client may have anything of a stream, now. */
  readonly mayHave: (stream: string) => boolean
  /** Everything is on its way. */
  readonly free: () => void
  readonly now: () => number
}

/**
 * What one client is still to get. While its socket takes everything nothing is kept; else events wait in a queue, and of
 * everything else only the newest is sent once there is room.
 */
export class OutBox {
  readonly #parts: OutBoxParts
  readonly #wire: Wire
  readonly #stale = new Set<Newest>()
  #answers: Buffer[] = []
  #events: LiveEvent[] = []
  #eventBytes = 0
  #busySinceMs: number | undefined
  #isCatchingUp = false
  #closed = false
  /** Neither busy, nor catching up, nor closed: all that is asked for each event, of thousands of clients. */
  #isPlain = true

  constructor(parts: OutBoxParts) {
    this.#parts = parts
    this.#wire = parts.socket.wire
  }

  get isFree(): boolean {
    return this.#busySinceMs === undefined && !this.#closed
  }

  /** Since when nothing was taken of what was written last; undefined while all is on its way. */
  get busySinceMs(): number | undefined {
    return this.#busySinceMs
  }

  /** What waits for this client alone. What is coalesced is everybody's. */
  get queuedBytes(): number {
    return this.#eventBytes + this.#answers.reduce((sum, { length }) => sum + length, 0) + this.#wire.writableLength
  }

  /** Only while it is free. */
  write(frame: Buffer): void {
    this.#wire.write(frame)
    if (this.#wire.writableLength > 0) this.#wait()
  }

  newest(newest: Newest): void {
    if (!this.#parts.mayHave(newest.stream)) return
    if (this.#busySinceMs !== undefined) this.#stale.add(newest)
    else if (newest.frame && !this.#closed) this.write(newest.frame)
  }

  event(event: LiveEvent): void {
    if (this.#isPlain) this.write(event.frame)
    else if (this.#closed || (this.#isCatchingUp && !this.#parts.isDue(event))) return
    else if (this.#busySinceMs === undefined) this.write(event.frame)
    else this.#queue(event)
  }

  /** It is for the history alone: who waits for something of its stream finds it there. */
  passedOver(event: LiveEvent): void {
    if (this.#isCatchingUp) this.#parts.isDue(event)
  }

  set isCatchingUp(isCatchingUp: boolean) {
    this.#isCatchingUp = isCatchingUp
    this.#review()
  }

  answer(frame: Buffer): void {
    if (this.#closed) return
    if (this.#busySinceMs === undefined) this.write(frame)
    else this.#answers.push(frame)
  }

  refusal(frame: Buffer): void {
    if (this.#answers.length < mostRefusals) this.answer(frame)
  }

  /** Keeps of the waiting events what is still wanted. */
  retain(wanted: (event: LiveEvent) => boolean): void {
    this.#forgetEvents(this.#events.filter(wanted))
  }

  /** Nothing more is written. */
  close(): void {
    this.#closed = true
    this.#review()
    this.#forgetEvents([])
    this.#answers = []
    this.#stale.clear()
  }

  #review(): void {
    this.#isPlain = this.isFree && !this.#isCatchingUp
  }

  #queue(event: LiveEvent): void {
    this.#events.push(event)
    this.#eventBytes += event.frame.length
    if (this.#eventBytes <= this.#parts.queueBytes) return
    const spilt = this.#events
    this.#forgetEvents([])
    this.#parts.spill(spilt)
  }

  #forgetEvents(kept: LiveEvent[]): void {
    this.#events = kept
    this.#eventBytes = kept.reduce((sum, { frame }) => sum + frame.length, 0)
  }

  #wait(): void {
    if (this.#busySinceMs !== undefined) return
    this.#busySinceMs = this.#parts.now()
    this.#review()
    this.#parts.socket.whenTaken(() => {
      this.#busySinceMs = undefined
      this.#flush()
      this.#review()
    })
  }

  #flush(): void {
    while (this.isFree && this.#writeNext());
    if (this.isFree) this.#parts.free()
  }

  /** False where nothing waits. */
  #writeNext(): boolean {
    const [newest] = this.#stale
    if (this.#answers.length > 0) {
      const answers = this.#answers
      this.#answers = []
      this.write(Buffer.concat(answers))
    } else if (this.#events.length > 0) {
      const { piece, rest } = takePiece(this.#events)
      this.#forgetEvents(rest)
      this.write(piece)
    } else if (newest) {
      this.#stale.delete(newest)
      this.newest(newest)
    } else return false
    return true
  }
}

/** The frames of the first events in one piece, at least of one. */
export function takePiece(events: readonly LiveEvent[]): { readonly piece: Buffer; readonly rest: LiveEvent[] } {
  let bytes = 0
  let count = 0
  while (count < events.length && (count === 0 || bytes + events[count]!.frame.length <= pieceBytes)) {
    bytes += events[count]!.frame.length
    count++
  }
  const piece =
    count === 1
      ? events[0]!.frame
      : Buffer.concat(
          events.slice(0, count).map(({ frame }) => frame),
          bytes
        )
  return { piece, rest: events.slice(count) }
}
