import { randomInt } from 'node:crypto'
import type { AccessUnit, SourceFormat } from '../source.ts'
import type { CameraDepacketiser, EncodedPicture } from './depacketiser.ts'
import { H264Depacketiser } from './h264-depacketiser.ts'
import { H265Depacketiser } from './h265-depacketiser.ts'
import { JpegDepacketiser } from './jpeg-depacketiser.ts'
import { Mpeg4Depacketiser } from './mpeg4-depacketiser.ts'
import { PacketOrder, type Patience } from './packet-order.ts'
import { readRtcp, receiverReportOf } from './rtcp.ts'
import { RtpClock } from './rtp-clock.ts'
import { readRtp } from './rtp-packet.ts'
import type { PictureTrack } from './session-description.ts'

/** So many key frames in a row with a hole are no accident. Raise it to stay longer with a way that loses much. */
const mostLostKeys = 3

/** Turns a track's packets into access units. */
export class RtpReceiver {
  readonly format: SourceFormat
  /** The sender said that it ends. */
  hasEnded = false
  readonly #track: PictureTrack
  readonly #give: (unit: AccessUnit) => void
  readonly #order: PacketOrder
  readonly #clock: RtpClock
  readonly #depacketiser: CameraDepacketiser
  /** Our own number in the reports that we send. */
  readonly #receiver = randomInt(1, 0xffffffff)
  #sender: number | undefined
  #highest = 0
  #hasKey = false
  /** Key frames that had been lost when the last whole one came. */
  #lostBefore = 0

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

  /** Too much is lost for key frames to come through. */
  get isLossy(): boolean {
    return this.#depacketiser.lostKeys - this.#lostBefore >= mostLostKeys
  }

  /** Nothing came, or key frames came and none of them whole: asked once there should have been one. */
  get isDark(): boolean {
    return this.#sender === undefined || (!this.#hasKey && this.#depacketiser.lostKeys > 0)
  }

  /** Pictures with a hole are better than none: they are given from now on, where their codec can bear it. */
  showHoles(): void {
    this.#depacketiser.showHoles?.()
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
    if (isKey) {
      this.#hasKey = true
      this.#lostBefore = this.#depacketiser.lostKeys
    }
    const wallMs = this.#clock.wallMs(timestamp)
    const sourceMs = this.#clock.sourceMs(timestamp)
    this.#give({ data, isKey, sourceMs, rtpTimestamp: timestamp, arrivedMs, ...(wallMs !== undefined && { wallMs }) })
  }
}

const depacketisers: Readonly<Record<PictureTrack['codec'], () => CameraDepacketiser>> = {
  h264: () => new H264Depacketiser(),
  hevc: () => new H265Depacketiser(),
  mjpeg: () => new JpegDepacketiser(),
  mpeg4: () => new Mpeg4Depacketiser()
}
