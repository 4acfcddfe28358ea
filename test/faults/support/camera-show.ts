import { packetiseVp8 } from '../../../src/live/webrtc/packetisers.ts'
import { packetiseNal, rtpPacket, senderReport, unitsOf } from '../../support/packetise.ts'
import { packetiseJpeg } from '../../support/packetise-jpeg.ts'
import { unitsOfClip } from '../../support/units-of-clip.ts'
import { SeededChance } from './seeded-chance.ts'

export type CameraCodec = 'h264' | 'hevc' | 'mjpeg' | 'vp8'

export interface ShownClip {
  readonly path: string
  readonly codec: CameraCodec
}

/** What is wrong with a camera. */
export type CameraFault =
  /** Random bytes in place of pictures, after a handshake in order. */
  | 'garbage'
  /** Pictures with bytes that are not theirs. */
  | 'broken'
  /** Packets that end too early. */
  | 'truncated'
  /** There is nothing at its address. */
  | 'missing'
  /** It answers no request. */
  | 'silent'
  /** It answers, and sends nothing. */
  | 'mute'

export interface CameraTask {
  readonly clips: readonly ShownClip[]
  readonly fps: number
  readonly fault?: CameraFault
  /** It sends no reports of its clock. */
  readonly tellsNoTime?: boolean
  /** Share of its datagrams that the network loses. */
  readonly loss?: number
  /** Its way to us takes so many bytes a second; what would wait too long for that is left out. */
  readonly bytesPerSecond?: number
}

/** One picture of a clip as payloads of RTP. */
export interface ShownPicture {
  readonly payloads: readonly { readonly payload: Buffer; readonly marker: boolean }[]
  readonly isKey: boolean
}

export async function picturesOf({ path, codec }: ShownClip): Promise<ShownPicture[]> {
  const units = await unitsOfClip(path)
  return units.map(({ data, isKey }, number) => ({
    payloads: payloadsOf(codec, data, number),
    isKey: isKey || codec === 'mjpeg'
  }))
}

function payloadsOf(codec: CameraCodec, data: Buffer, number: number): ShownPicture['payloads'] {
  if (codec === 'mjpeg') return packetiseJpeg(data)
  if (codec !== 'vp8') return packetiseNal(codec, unitsOf(data))
  const pieces = packetiseVp8(data, { isKey: false, number, parameterSets: Buffer.alloc(0) })
  return pieces.map((payload, index) => ({ payload, marker: index === pieces.length - 1 }))
}

const payloadTypes: Readonly<Record<CameraCodec, number>> = { h264: 96, hevc: 96, mjpeg: 26, vp8: 96 }
const maps: Readonly<Record<CameraCodec, readonly string[]>> = {
  h264: ['a=rtpmap:96 H264/90000'],
  hevc: ['a=rtpmap:96 H265/90000'],
  mjpeg: [],
  vp8: ['a=rtpmap:96 VP8/90000']
}

export function descriptionOf(codec: CameraCodec): string {
  return [
    ...['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=Camera', 't=0 0', 'a=control:*'],
    ...[`m=video 0 RTP/AVP ${payloadTypes[codec]}`, ...maps[codec], 'a=control:video', '']
  ].join('\r\n')
}

/** Takes packets of a picture. */
export interface Way {
  (kind: 'rtp' | 'rtcp', packet: Buffer): void
  /** It takes no picture now. */
  readonly isFull?: () => boolean
}

const tickMs = 10
const reportEveryMs = 1000

/**
 * Plays a clip on one connection, in a loop and in real time, and counts its pictures. Their timestamps say when they
 * were taken, by the clock of the wall.
 */
export class CameraShow implements Disposable {
  /** Pictures sent. */
  sent = 0
  isHeld = false
  readonly #task: CameraTask
  readonly #codec: CameraCodec
  #pictures: readonly ShownPicture[]
  readonly #way: Way
  readonly #chance: SeededChance
  readonly #timer: NodeJS.Timeout
  readonly #beganMs = performance.now()
  #at = 0
  #number = 1
  #due = 0
  #reportedMs = Number.NEGATIVE_INFINITY

  constructor(
    task: CameraTask,
    { codec, pictures }: { readonly codec: CameraCodec; readonly pictures: readonly ShownPicture[] },
    way: Way
  ) {
    this.#task = task
    this.#codec = codec
    this.#pictures = pictures
    this.#way = way
    this.#chance = new SeededChance(7)
    this.#timer = setInterval(() => this.#tick(), tickMs)
  }

  /** Other pictures of its codec from now on, in mid-stream. */
  turnTo(pictures: readonly ShownPicture[]): void {
    this.#pictures = pictures
    this.restart()
  }

  /** From the clip's first picture on, which is a key frame. */
  restart(): void {
    this.#at = 0
  }

  #tick(): void {
    const nowMs = performance.now()
    const due = Math.floor(((nowMs - this.#beganMs) * this.#task.fps) / 1000) + 1
    // After a pause of the whole process it goes on from now, as a camera does.
    const behind = Math.max(1, (this.#task.fps * tickMs * 20) / 1000)
    if (due - this.#due > behind) this.#due = due - 1
    for (; this.#due < due; this.#due++) if (!this.isHeld && !this.#way.isFull?.()) this.#send(nowMs)
  }

  #send(nowMs: number): void {
    const { fault, fps, tellsNoTime } = this.#task
    if (fault === 'mute') return
    const timestamp = Math.round(fps > 1000 ? (this.#due * 90_000) / fps : (nowMs - this.#beganMs) * 90)
    if (!tellsNoTime && nowMs - this.#reportedMs >= reportEveryMs) {
      this.#reportedMs = nowMs
      this.#way('rtcp', senderReport(Date.now(), timestamp))
    }
    const picture = this.#pictures[this.#at]!
    this.#at = (this.#at + 1) % this.#pictures.length
    const type = payloadTypes[this.#codec]
    for (const { payload, marker } of picture.payloads)
      this.#way(
        'rtp',
        rtpPacket({ payload: this.#harmed(payload), marker }, { number: this.#number++, timestamp, type })
      )
    this.sent++
  }

  #harmed(payload: Buffer): Buffer {
    const { fault } = this.#task
    if (fault === 'garbage') return Buffer.from(payload.map(() => this.#chance.below(256)))
    if (fault === 'truncated' && this.#chance.below(3) === 0)
      return payload.subarray(0, this.#chance.below(payload.length))
    if (fault !== 'broken' || payload.length < 8) return payload
    const harmed = Buffer.from(payload)
    for (let n = 0; n < 4; n++) harmed[2 + this.#chance.below(payload.length - 2)] = this.#chance.below(256)
    return harmed
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
