import { SightlineError } from '../../core/errors.ts'
import { machineMs } from '../../core/machine-clock.ts'
import type { Publisher, PushedSession } from '../../live/stream-feed.ts'
import type { Packet } from './packet-channel.ts'

type Send = (stream: string, packet: Packet, data: Uint8Array) => boolean
type Unit = Parameters<PushedSession['push']>[0]

interface Sender {
  readonly publisher: Publisher
  format: Unit['format']
  /** Its worker does not know how its pictures are encoded. */
  isNews: boolean
  /** Nothing before the next key frame is of use. */
  isSkipping: boolean
  /** Of its last picture, or of its coming. */
  heardMs: number
}

/**
 * Who sent nothing for so long gives way to whoever else wants to send: mostly it is the same phone, whose former life nobody has
 * said the end of. Raise it for senders that are left alone by others and send less often than that.
 */
const givesWayMs = 3000

/** Who sends pictures in, for which stream: one at a time for each. */
export class PushDesk {
  readonly #send: Send
  readonly #now: () => number
  readonly #allowed = new Set<string>()
  readonly #senders = new Map<string, Sender>()

  /** `now`: a clock that never goes back and that workers share, in milliseconds. */
  constructor(send: Send, now = machineMs) {
    this.#send = send
    this.#now = now
  }

  /** Whether anybody may send to a stream. Who does so is ended when nobody may any more. */
  allow(stream: string, isAllowed: boolean): void {
    if (isAllowed) this.#allowed.add(stream)
    else {
      this.#allowed.delete(stream)
      this.#senders.get(stream)?.publisher.end('The stream does not take pictures any more.')
      this.#senders.delete(stream)
    }
  }

  wantKey(stream: string): void {
    this.#senders.get(stream)?.publisher.wantKey()
  }

  /** Its worker has nothing to go on from: it is told again how pictures are encoded, with a key frame. */
  beginAnew(stream: string): void {
    const sender = this.#senders.get(stream)
    if (!sender) return
    sender.isNews = true
    sender.isSkipping = true
    sender.publisher.wantKey()
  }

  /** @throws SL_PUSH_REFUSED, SL_PUSH_TAKEN */
  open(stream: string, publisher: Publisher): PushedSession {
    if (!this.#allowed.has(stream))
      throw new SightlineError('SL_PUSH_REFUSED', `The source of ${stream} is another one: nobody can send to it.`)
    const before = this.#senders.get(stream)
    if (before && this.#now() - before.heardMs < givesWayMs)
      throw new SightlineError('SL_PUSH_TAKEN', `Somebody else is sending to ${stream}: one at a time can.`)
    if (before) {
      this.#leave(stream)
      before.publisher.end('Nothing came for a while, and somebody else sends now.')
    }
    const sender: Sender = { publisher, format: undefined, isNews: true, isSkipping: true, heardMs: this.#now() }
    this.#senders.set(stream, sender)
    const isCurrent = () => this.#senders.get(stream) === sender
    return {
      push: unit => {
        if (isCurrent()) this.#push(stream, sender, unit)
      },
      [Symbol.dispose]: () => {
        if (isCurrent()) this.#leave(stream)
      }
    }
  }

  #leave(stream: string): void {
    this.#senders.delete(stream)
    this.#send(stream, { kind: 'pushed-end', stream }, Buffer.alloc(0))
  }

  #push(stream: string, sender: Sender, { data, format, ...unit }: Unit): void {
    sender.heardMs = this.#now()
    if (format) {
      sender.format = format
      sender.isNews = true
    }
    if (sender.isSkipping && !unit.isKey) {
      // It may have been asked for and lost on its way, or have come just before it was needed. Senders are asked at their own pace.
      sender.publisher.wantKey()
      return
    }
    const { codec, parameterSets } = sender.format ?? {}
    const news = sender.isNews && codec && { codec, parameterSets: parameterSets!.toString('base64') }
    const { description } = sender.publisher
    const packet = {
      kind: 'pushed',
      stream,
      unit,
      atMs: sender.heardMs,
      format: news || undefined,
      description
    } as const
    const isSent = this.#send(stream, packet, data)
    sender.isSkipping = !isSent
    if (isSent) sender.isNews = false
    else sender.publisher.wantKey()
  }
}
