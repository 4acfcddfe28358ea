import type { LiveMessage } from '../../../src/contract/live.ts'
import type { LiveSocket, Wire } from '../../../src/live/socket/live-socket.ts'

/** A connection that takes as many bytes as it is told to. */
export class ScriptedSocket implements LiveSocket, Wire {
  readonly wire = this
  /** Bytes that the system still takes before it is full. */
  room: number
  readonly received: LiveMessage[] = []
  closedWith: { readonly code: number; readonly reason: string } | undefined
  #pending: Buffer[] = []
  #then: (() => void)[] = []

  constructor(room = Number.POSITIVE_INFINITY) {
    this.room = room
  }

  get writableLength(): number {
    return this.#pending.reduce((sum, { length }) => sum + length, 0)
  }

  write(frame: Buffer): void {
    this.#pending.push(frame)
    this.#pass()
  }

  whenTaken(then: () => void): void {
    this.#then.push(then)
  }

  close(code: number, reason: string): void {
    this.closedWith = { code, reason }
  }

  /** There is room for so many bytes more. */
  drain(bytes = Number.POSITIVE_INFINITY): void {
    this.room += bytes
    this.#pass()
    if (this.#pending.length > 0) return
    const then = this.#then
    this.#then = []
    for (const each of then) each()
  }

  events(): string[] {
    return this.received.flatMap(message => (message.type === 'event' ? message.event.id : []))
  }

  types(): string[] {
    return this.received.map(({ type }) => type)
  }

  #pass(): void {
    for (let first = this.#pending[0]; first && first.length <= this.room; first = this.#pending[0]) {
      this.#pending.shift()
      this.room -= first.length
      this.received.push(...messagesIn(first))
    }
  }
}

/** What text frames of a server say. */
export function messagesIn(bytes: Buffer): LiveMessage[] {
  const messages: LiveMessage[] = []
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1]!
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10)
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    messages.push(JSON.parse(bytes.toString('utf8', start, start + length)))
    at = start + length
  }
  return messages
}
