import { randomInt } from 'node:crypto'
import type { Depacketiser, EncodedPicture } from '../../media/sources/rtsp/depacketiser.ts'
import { H264Depacketiser } from '../../media/sources/rtsp/h264-depacketiser.ts'
import { PacketOrder } from '../../media/sources/rtsp/packet-order.ts'
import { readRtcp } from '../../media/sources/rtsp/rtcp.ts'
import { RtpClock } from '../../media/sources/rtsp/rtp-clock.ts'
import { type RtpPacket, readRtp } from '../../media/sources/rtsp/rtp-packet.ts'
import { ArrivalFeedback, extensionNumber } from './arrival-feedback.ts'
import { goodbye, missing, pictureLoss, receptionReport } from './feedback.ts'
import { MissingPackets } from './missing-packets.ts'
import type { ReceivedCodec } from './video-codecs.ts'
import { Vp8Depacketiser } from './vp8-depacketiser.ts'
import { Vp9Depacketiser } from './vp9-depacketiser.ts'

export interface ReceivedPicture {
  readonly data: Buffer
  readonly isKey: boolean
  /** Milliseconds on the sender's clock. */
  readonly sourceMs: number
  readonly rtpTimestamp: number
  /** Epoch milliseconds, where the sender reported its clock. */
  readonly wallMs?: number
}

export interface ReceiverHandlers {
  picture(picture: ReceivedPicture): void
  /** Sends RTCP. */
  send(packet: Buffer): void
  /** The sender says goodbye. */
  goodbye(): void
}

/** Long enough for a packet to be asked for and come once more; where it does not, that much later the picture is given up. */
const patience = { mostWaiting: 1024, longestMs: 200 }
const missingEveryMs = 20
const arrivalsEveryMs = 50
const reportEveryMs = 1000
/** An encoder needs a moment for a key frame; asked more often, some begin anew each time. */
const keyEveryMs = 500

const depacketisers: Readonly<Record<ReceivedCodec, () => Depacketiser>> = {
  h264: () => new H264Depacketiser(),
  vp8: () => new Vp8Depacketiser(),
  vp9: () => new Vp9Depacketiser()
}

/**
 * Makes pictures of a video's packets. What is missing is asked for again; where it stays missing, nothing is given
 * until the next key frame, which is asked for: pictures that build on a hole show what never was.
 */
export class VideoReceiver {
  /** Our own number in what we tell the sender. */
  readonly #ssrc = randomInt(1, 2 ** 32 - 1)
  readonly #codec: ReceivedCodec
  readonly #payloadType: number
  readonly #arrivalId: number | undefined
  readonly #handlers: ReceiverHandlers
  readonly #clock = new RtpClock(90_000)
  readonly #timers: NodeJS.Timeout[] = []
  #order = new PacketOrder(patience)
  #missing = new MissingPackets()
  #arrivals = new ArrivalFeedback()
  #depacketiser: Depacketiser
  #sender: number | undefined
  #turnMs = 0
  #patientMs = 0
  #isBroken = true
  #keyWantedMs = Number.NEGATIVE_INFINITY
  #highest = 0
  #received = 0
  #reported = { highest: 0, received: 0 }
  #lastReport: { readonly middle: number; readonly atMs: number } | undefined
  /** Pictures that were left out for what was missing. */
  dropped = 0

  constructor(codec: ReceivedCodec, payloadType: number, arrivalId: number | undefined, handlers: ReceiverHandlers) {
    this.#codec = codec
    this.#payloadType = payloadType
    this.#arrivalId = arrivalId
    this.#handlers = handlers
    this.#depacketiser = depacketisers[codec]()
  }

  get lostPackets(): number {
    return this.#order.lost
  }

  start(): void {
    const every = (ms: number, step: () => void) => this.#timers.push(setInterval(step, ms).unref())
    every(missingEveryMs, () => this.#askForMissing())
    every(arrivalsEveryMs, () => this.#tellArrivals())
    every(reportEveryMs, () => this.#report())
  }

  /** One RTP packet. @throws SL_INPUT_DAMAGED for a picture beyond all measure */
  rtp(bytes: Buffer): void {
    const packet = readRtp(bytes)
    if (packet?.payloadType !== this.#payloadType) return
    const nowMs = performance.now()
    if (packet.sender !== this.#sender) this.#begin(packet)
    const arrival = this.#arrivalId === undefined ? undefined : extensionNumber(bytes, this.#arrivalId)
    if (arrival !== undefined) this.#arrivals.note(arrival, nowMs)
    this.#missing.note(packet.number)
    this.#count(packet.number)
    for (const { packet: next, gap } of this.#order.take(packet, this.#patience(nowMs))) {
      if (gap) this.#break()
      for (const picture of this.#depacketiser.take(next.payload, next.timestamp, next.marker)) this.#hand(picture)
    }
  }

  /** One RTCP packet, which may hold several. */
  rtcp(bytes: Buffer): void {
    for (const news of readRtcp(bytes)) {
      if (news.kind === 'goodbye') this.#handlers.goodbye()
      else if (this.#sender === undefined || news.sender === this.#sender) {
        this.#clock.report(news.ntp, news.timestamp)
        this.#lastReport = { middle: Number((news.ntp >> 16n) & 0xffff_ffffn), atMs: performance.now() }
      }
    }
  }

  wantKey(): void {
    const nowMs = performance.now()
    if (this.#sender === undefined || nowMs - this.#keyWantedMs < keyEveryMs) return
    this.#keyWantedMs = nowMs
    this.#handlers.send(pictureLoss(this.#ssrc, this.#sender))
  }

  /** Says goodbye to a sender that sent something. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer)
    const report = this.#nowReport()
    if (report) this.#handlers.send(Buffer.concat([report, goodbye(this.#ssrc)]))
  }

  /** The first packet, or the first of another sender: nothing of the one before helps any more. */
  #begin({ sender, number }: RtpPacket): void {
    this.#sender = sender
    this.#order = new PacketOrder(patience)
    this.#missing = new MissingPackets()
    this.#depacketiser = depacketisers[this.#codec]()
    this.#clock.restart()
    this.#isBroken = true
    this.#highest = number
    this.#received = 0
    this.#reported = { highest: number - 1, received: 0 }
  }

  /**
   * The time by which packets wait for each other. While we stand still nothing is asked for, and what came lies unread: that
   * counts as one turn, however long it took.
   */
  #patience(nowMs: number): number {
    this.#patientMs += Math.min(nowMs - this.#turnMs, missingEveryMs)
    this.#turnMs = nowMs
    return this.#patientMs
  }

  #count(number: number): void {
    this.#received++
    const ahead = (number - this.#highest) & 0xffff
    if (ahead < 0x8000) this.#highest += ahead
  }

  #break(): void {
    this.#depacketiser.lose()
    this.#isBroken = true
    this.wantKey()
  }

  #hand({ data, isKey, timestamp }: EncodedPicture): void {
    if (isKey) this.#isBroken = false
    if (this.#isBroken) {
      this.dropped++
      this.wantKey()
      return
    }
    const wallMs = this.#clock.wallMs(timestamp)
    const sourceMs = this.#clock.sourceMs(timestamp)
    this.#handlers.picture({ data, isKey, sourceMs, rtpTimestamp: timestamp, ...(wallMs !== undefined && { wallMs }) })
  }

  #askForMissing(): void {
    if (this.#sender === undefined) return
    const nowMs = performance.now()
    this.#patience(nowMs)
    const numbers = this.#missing.due(nowMs)
    if (numbers.length > 0) this.#handlers.send(missing(this.#ssrc, this.#sender, numbers))
  }

  #tellArrivals(): void {
    if (this.#sender === undefined) return
    const report = this.#arrivals.report(this.#ssrc, this.#sender)
    if (report) this.#handlers.send(report)
  }

  #report(): void {
    const report = this.#nowReport()
    if (report) this.#handlers.send(report)
  }

  #nowReport(): Buffer | undefined {
    if (this.#sender === undefined) return undefined
    const expected = this.#highest - this.#reported.highest
    const lost = Math.max(0, expected - (this.#received - this.#reported.received))
    this.#reported = { highest: this.#highest, received: this.#received }
    const last = this.#lastReport
    return receptionReport({
      ssrc: this.#ssrc,
      media: this.#sender,
      lostShare: expected > 0 ? lost / expected : 0,
      lostPackets: this.lostPackets,
      highest: this.#highest,
      ...(last && { lastReport: { middle: last.middle, agoMs: performance.now() - last.atMs } })
    })
  }
}
