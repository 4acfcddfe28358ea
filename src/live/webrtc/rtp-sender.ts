import { randomInt } from 'node:crypto'
import { goodbye, readFeedback, senderReport } from './feedback.ts'
import type { Peer } from './peer.ts'

/** Packets that can be sent again: of half a second at 20 Mbit/s. Raise it for lossy ways that are long. */
const mostKept = 1024
/** A packet that went out again is not sent a third time within this: the first answer may still be under way. */
const againAfterMs = 15
/**
 * What goes out in one go, and how soon the rest follows: 100 Mbit/s. Raise it for less delay of large key frames; what
 * is faster than the way to the viewer overflows a buffer on it.
 */
const packetsAtOnce = 10
const restAfterMs = 1
/** A key frame of 8K has about 4000. More waiting than this means that the stream is more than the way can take. */
const mostWaiting = 8000
const reportEveryMs = 1000
/** A viewer that loses so much, for so long, sees nothing anyhow. */
const lostTooMuch = 0.5
const lostTooLongMs = 20_000

export interface SenderHandlers {
  keyWanted(): void
  /** The viewer said that it ends. */
  goodbye(): void
  /** The viewer loses too much for the picture to be of use. */
  hopeless(): void
  /** Wall time in epoch milliseconds and the timestamp of this moment. */
  now(): { readonly wallMs: number; readonly timestamp: number }
}

interface Waiting {
  readonly payload: Buffer
  readonly payloadType: number
  readonly timestamp: number
  readonly marker: boolean
}

/** Sends pictures as RTP, a few packets at a time, and again where the viewer says that they were lost. */
export class RtpSender {
  readonly ssrc = randomInt(1, 2 ** 32 - 1)
  readonly #peer: Peer
  readonly #handlers: SenderHandlers
  readonly #kept = new Map<number, { readonly bytes: Buffer; againAtMs: number }>()
  #waiting: Waiting[] = []
  // Below the middle: a first packet that is lost must not make the next ones look like the round before.
  #number = randomInt(2 ** 15)
  #packets = 0
  #bytes = 0
  #timer: NodeJS.Timeout | undefined
  #reports: NodeJS.Timeout | undefined
  #isBadSinceMs: number | undefined

  constructor(peer: Peer, handlers: SenderHandlers) {
    this.#peer = peer
    this.#handlers = handlers
  }

  get packets(): number {
    return this.#packets
  }

  /** Media can flow. */
  start(): void {
    this.#reports = setInterval(() => this.#report(), reportEveryMs)
    this.#reports.unref()
  }

  /** False where so much waits already that the picture was left out. */
  send(payloads: readonly Buffer[], payloadType: number, timestamp: number): boolean {
    if (this.#waiting.length + payloads.length > mostWaiting) return false
    payloads.forEach((payload, index) => {
      this.#waiting.push({ payload, payloadType, timestamp, marker: index === payloads.length - 1 })
    })
    if (!this.#timer) this.#flush()
    return true
  }

  /** RTCP from the viewer. */
  receive(bytes: Buffer): void {
    for (const news of readFeedback(bytes, this.ssrc)) {
      if (news.kind === 'key-wanted') this.#handlers.keyWanted()
      else if (news.kind === 'lost') this.#sendAgain(news.numbers)
      else if (news.kind === 'goodbye') this.#handlers.goodbye()
      else this.#judge(news.lostShare)
    }
  }

  /** Says goodbye to a viewer that was sent something. */
  close(): void {
    if (this.#packets > 0) this.#peer.sendControl(Buffer.concat([this.#nowReport(), goodbye(this.ssrc)]))
    clearTimeout(this.#timer)
    clearInterval(this.#reports)
    this.#waiting = []
    this.#kept.clear()
  }

  #flush(): void {
    this.#timer = undefined
    for (const packet of this.#waiting.splice(0, packetsAtOnce)) this.#sendNow(packet)
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#flush(), restAfterMs)
  }

  #sendNow({ payload, payloadType, timestamp, marker }: Waiting): void {
    const number = this.#number
    this.#number = (number + 1) & 0xffff
    const header = { payloadType, sequenceNumber: number, timestamp, marker, ssrc: this.ssrc }
    const bytes = this.#peer.send(header, payload)
    if (!bytes) return
    this.#packets++
    this.#bytes += payload.length
    this.#kept.set(number, { bytes, againAtMs: 0 })
    this.#kept.delete((number - mostKept) & 0xffff)
  }

  /** The very bytes of before: protecting them anew under the same number would give their key away. */
  #sendAgain(numbers: readonly number[]): void {
    const nowMs = performance.now()
    for (const number of numbers) {
      const kept = this.#kept.get(number)
      if (!kept || kept.againAtMs > nowMs) continue
      kept.againAtMs = nowMs + againAfterMs
      this.#peer.sendAgain(kept.bytes)
    }
  }

  #judge(lostShare: number): void {
    if (lostShare < lostTooMuch) this.#isBadSinceMs = undefined
    else this.#isBadSinceMs ??= performance.now()
    if (this.#isBadSinceMs !== undefined && performance.now() - this.#isBadSinceMs > lostTooLongMs)
      this.#handlers.hopeless()
  }

  #report(): void {
    if (this.#packets > 0) this.#peer.sendControl(this.#nowReport())
  }

  #nowReport(): Buffer {
    return senderReport({ ssrc: this.ssrc, packets: this.#packets, bytes: this.#bytes, ...this.#handlers.now() })
  }
}
