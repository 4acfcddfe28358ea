import { randomInt } from 'node:crypto'
import type { AccessUnit, SourceFormat } from '../source.ts'
import type { Depacketiser, EncodedPicture } from './depacketiser.ts'
import { H264Depacketiser } from './h264-depacketiser.ts'
import { H265Depacketiser } from './h265-depacketiser.ts'
import { JpegDepacketiser } from './jpeg-depacketiser.ts'
import { Mpeg4Depacketiser } from './mpeg4-depacketiser.ts'
import { PacketOrder, type Patience } from './packet-order.ts'
import { readRtcp, receiverReportOf } from './rtcp.ts'
import { RtpClock } from './rtp-clock.ts'
import { readRtp } from './rtp-packet.ts'
import type { PictureTrack } from './session-description.ts'

/** Turns a track's packets into access units. */
export class RtpReceiver {
  readonly format: SourceFormat
  /** The sender said that it ends. */
  hasEnded = false
  readonly #track: PictureTrack
  readonly #give: (unit: AccessUnit) => void
  readonly #order: PacketOrder
  readonly #clock: RtpClock
  readonly #depacketiser: Depacketiser
  /** Our own number in the reports that we send. */
  readonly #receiver = randomInt(1, 0xffffffff)
  #sender: number | undefined
  #highest = 0

  constructor(track: PictureTrack, patience: Patience, give: (unit: AccessUnit) => void) {
    this.#track = track
    this.#give = give
    this.#order = new PacketOrder(patience)
    this.#clock = new RtpClock(track.clockRate)
    this.#depacketiser = depacketisers[track.codec]()
    this.format = { codec: track.codec, parameterSets: track.parameterSets }
  }

  get lostPackets(): number {
    return this.#order.lost
  }

  /** One RTP packet. What is none, or another track's, is passed over. @throws SL_INPUT_DAMAGED */
  rtp(bytes: Buffer): void {
    const packet = readRtp(bytes)
    if (packet?.payloadType !== this.#track.payloadType) return
    const arrivedMs = performance.now()
    if (this.#sender !== undefined && packet.sender !== this.#sender) this.#clock.restart()
    this.#sender = packet.sender
    this.#note(packet.number)
    for (const { packet: next, gap } of this.#order.take(packet, arrivedMs)) {
      if (gap) this.#depacketiser.lose()
      for (const picture of this.#depacketiser.take(next.payload, next.timestamp, next.marker))
        this.#hand(picture, arrivedMs)
    }
  }

  /** One RTCP packet. */
  rtcp(bytes: Buffer): void {
    for (const news of readRtcp(bytes)) {
      if (news.kind === 'goodbye') this.hasEnded = true
      else if (this.#sender === undefined || news.sender === this.#sender) this.#clock.report(news.ntp, news.timestamp)
    }
  }

  /** A report to the sender: some cameras stop without. Undefined before the first packet. */
  report(): Buffer | undefined {
    if (this.#sender === undefined) return undefined
    const { lostPackets } = this
    return receiverReportOf({ receiver: this.#receiver, sender: this.#sender, lostPackets, highest: this.#highest })
  }

  #note(number: number): void {
    const ahead = (number - this.#highest) & 0xffff
    if (this.#highest === 0) this.#highest = number
    else if (ahead < 0x8000) this.#highest += ahead
  }

  #hand({ data, isKey, timestamp }: EncodedPicture, arrivedMs: number): void {
    const wallMs = this.#clock.wallMs(timestamp)
    const sourceMs = this.#clock.sourceMs(timestamp)
    this.#give({ data, isKey, sourceMs, rtpTimestamp: timestamp, arrivedMs, ...(wallMs !== undefined && { wallMs }) })
  }
}

const depacketisers: Readonly<Record<PictureTrack['codec'], () => Depacketiser>> = {
  h264: () => new H264Depacketiser(),
  hevc: () => new H265Depacketiser(),
  mjpeg: () => new JpegDepacketiser(),
  mpeg4: () => new Mpeg4Depacketiser()
}
