import { randomBytes } from 'node:crypto'
import type { ClockMessage } from '../../contract/live.ts'
import { nalUnits } from '../../media/nal-units.ts'
import type { RelayedFormat, RelayedUnit, StreamFeeds } from '../stream-feed.ts'
import type { AnsweredPayload } from './answer.ts'
import type { EndedBy } from './dtls-alert.ts'
import { profileLevelOf } from './h264-units.ts'
import type { Offer, OfferedMedia } from './offer.ts'
import { type Packetiser, packetiseAv1, packetiseH264, packetiseVp8, packetiseVp9 } from './packetisers.ts'
import { Peer } from './peer.ts'
import { RtpSender } from './rtp-sender.ts'
import { SessionClock } from './session-clock.ts'
import type { OpenSession } from './session-table.ts'
import type { TrickleFragment } from './trickle.ts'
import type { UdpPorts } from './udp-wire.ts'
import { isWebrtcCodec, payloadFor, payloadsToSend, unusable, type WebrtcCodec } from './video-codecs.ts'
import type { WebrtcSettings } from './webrtc-settings.ts'

export interface ViewerHandlers {
  clock(message: ClockMessage): void
  ended(session: ViewerSession, reason: string): void
}

export interface ViewerCounters {
  readonly packets: number
  readonly pictures: number
  /** Pictures that could not be sent: the way took no more, or the viewer cannot play them. */
  readonly droppedPictures: number
}

/** What is kept for a viewer that is not connected yet, from the newest key frame on. */
const mostHeldBytes = 8 << 20
const keyEveryMs = 500
const packetisers: Readonly<Record<WebrtcCodec, Packetiser>> = {
  h264: packetiseH264,
  vp8: packetiseVp8,
  vp9: packetiseVp9,
  av1: packetiseAv1
}

/** One viewer of one stream: takes its pictures from the feed, and sends them as they come. */
export class ViewerSession implements OpenSession {
  readonly id = randomBytes(16).toString('hex')
  readonly tag = randomBytes(8).toString('hex')
  readonly stream: string
  readonly #feeds: StreamFeeds
  readonly #handlers: ViewerHandlers
  readonly #ending = new AbortController()
  readonly #peer: Peer
  readonly #sender: RtpSender
  readonly #clock: SessionClock
  #payloads: readonly AnsweredPayload[] = []
  #held: RelayedUnit[] = []
  #heldBytes = 0
  #isReady = false
  #isWaitingForKey = true
  #format: RelayedFormat | undefined
  #codec: WebrtcCodec | undefined
  #profile: string | undefined
  #payloadType: number | undefined
  #wantedKeyMs = Number.NEGATIVE_INFINITY
  #pictures = 0
  #dropped = 0

  constructor(stream: string, offer: Offer, feeds: StreamFeeds, handlers: ViewerHandlers) {
    this.stream = stream
    this.#feeds = feeds
    this.#handlers = handlers
    this.#clock = new SessionClock(stream, this.id)
    this.#peer = new Peer(offer, {
      ready: () => this.#begin(),
      rtp: () => undefined,
      rtcp: packet => this.#sender.receive(packet),
      ended: (reason, by) => this.close(reason, by)
    })
    this.#sender = new RtpSender(this.#peer, {
      keyWanted: () => this.#wantKey(),
      goodbye: () => this.close('The viewer said goodbye', 'peer'),
      hopeless: () => this.close('The viewer loses half of what is sent'),
      now: () => ({ wallMs: Date.now(), timestamp: this.#clock.timestampAt(performance.now()) })
    })
  }

  /** What maps its RTP timestamps to media time now. */
  get clock(): ClockMessage | undefined {
    return this.#clock.message
  }

  get counters(): ViewerCounters {
    return { packets: this.#sender.packets, pictures: this.#pictures, droppedPictures: this.#dropped }
  }

  /**
   * Takes pictures from the feed from now on. Resolves with the first, which says what the stream is encoded with.
   * @throws what the feed throws before that
   */
  async watch(): Promise<void> {
    const units = this.#feeds.units(this.stream, { playable: true }, this.#ending.signal)
    const first = await units.next()
    if (first.done) {
      this.close('The stream ended')
      return
    }
    this.#take(first.value)
    void this.#follow(units)
  }

  /** The answer to the offer. @throws SL_SESSION_LIMIT, SL_OFFER_UNUSABLE */
  async open(video: OfferedMedia, settings: WebrtcSettings, ports: UdpPorts): Promise<string> {
    const codec = this.#codec ?? 'h264'
    this.#payloads = payloadsToSend(video, { codec, profile: this.#profile })
    if (this.#format && this.#payloadNow() === undefined) throw unusable(this.#unplayable())
    const source = { ssrc: this.#sender.ssrc, stream: this.stream }
    const { media, payloads } = { media: video, payloads: this.#payloads }
    return this.#peer.open({ media, direction: 'sendonly', payloads, extensions: [], source }, settings, ports)
  }

  trickle(fragment: TrickleFragment): void {
    this.#peer.trickle(fragment)
  }

  close(reason: string, by: EndedBy = 'us'): void {
    if (this.#ending.signal.aborted) return
    this.#ending.abort()
    this.#sender.close()
    this.#peer.close(by)
    this.#held = []
    this.#handlers.ended(this, reason)
  }

  async #follow(units: AsyncGenerator<RelayedUnit>): Promise<void> {
    try {
      for await (const unit of units) this.#take(unit)
      this.close('The stream ended')
    } catch (error) {
      this.close(error instanceof Error ? error.message : String(error))
    }
  }

  #take(unit: RelayedUnit): void {
    if (this.#ending.signal.aborted) return
    this.#learn(unit)
    if (this.#isReady) this.#send(unit)
    else this.#hold(unit)
  }

  #learn({ data, format, isKey }: RelayedUnit): void {
    if (format) {
      this.#format = format
      this.#codec = isWebrtcCodec(format.codec) ? format.codec : undefined
    }
    if (isKey && this.#codec === 'h264')
      this.#profile = profileLevelOf(nalUnits(data)) ?? profileLevelOf(nalUnits(this.#format!.parameterSets))
  }

  #hold(unit: RelayedUnit): void {
    if (unit.isKey) {
      this.#held = []
      this.#heldBytes = 0
    } else if (this.#held.length === 0) return
    this.#held.push(unit)
    this.#heldBytes += unit.data.length
    if (this.#heldBytes > mostHeldBytes) this.#held = []
  }

  #begin(): void {
    this.#isReady = true
    this.#sender.start()
    const held = this.#held
    this.#held = []
    for (const unit of held) this.#send(unit)
    if (held.length === 0) this.#wantKey()
  }

  #send(unit: RelayedUnit): void {
    if (unit.isKey) {
      this.#payloadType = this.#payloadNow()
      this.#isWaitingForKey = false
      if (this.#payloadType === undefined) {
        this.close(`The viewer is let go: ${this.#unplayable()}`)
        return
      }
    }
    if (this.#isWaitingForKey || this.#codec === undefined || this.#payloadType === undefined) {
      this.#dropped++
      return
    }
    const { rtpTimestamp, change } = this.#clock.next(unit, performance.now())
    if (change) this.#handlers.clock(change)
    const state = { isKey: unit.isKey, number: this.#pictures++, parameterSets: this.#format!.parameterSets }
    const payloads = packetisers[this.#codec](unit.data, state)
    if (this.#sender.send(payloads, this.#payloadType, rtpTimestamp)) return
    this.#dropped++
    this.#isWaitingForKey = true
    this.#wantKey()
  }

  /** Undefined where the viewer cannot play what the stream is now. */
  #payloadNow(): number | undefined {
    return this.#codec && payloadFor(this.#payloads, this.#codec, this.#profile)
  }

  #unplayable(): string {
    return `the stream is ${this.#format?.codec}, which it does not offer to play`
  }

  #wantKey(): void {
    const nowMs = performance.now()
    if (nowMs - this.#wantedKeyMs < keyEveryMs) return
    this.#wantedKeyMs = nowMs
    this.#feeds.wantKey(this.stream)
  }
}
