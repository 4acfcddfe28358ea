import { randomBytes } from 'node:crypto'
import type { PushedPictures, PushedSession } from '../stream-feed.ts'
import { arrivalExtension } from './arrival-feedback.ts'
import type { EndedBy } from './dtls-alert.ts'
import type { Offer, OfferedMedia } from './offer.ts'
import { Peer } from './peer.ts'
import type { OpenSession } from './session-table.ts'
import type { TrickleFragment } from './trickle.ts'
import type { UdpPorts } from './udp-wire.ts'
import { codecOf, payloadToReceive, type ReceivedCodec } from './video-codecs.ts'
import { type ReceivedPicture, VideoReceiver } from './video-receiver.ts'
import type { WebrtcSettings } from './webrtc-settings.ts'

export interface PublisherHandlers {
  ended(session: PublisherSession, reason: string): void
}

export interface PublisherCounters {
  readonly codec: ReceivedCodec
  readonly pictures: number
  /** Pictures left out because packets of theirs, or of those they build on, never came. */
  readonly droppedPictures: number
  readonly lostPackets: number
}

/** A publisher that shows nothing for so long leaves the stream to others. Raise it for phones that are put away. */
const pictureEveryMs = 30_000

/** One sender of one stream: what it sends is put together, and handed on as it comes. */
export class PublisherSession implements OpenSession {
  readonly id = randomBytes(16).toString('hex')
  readonly tag = randomBytes(8).toString('hex')
  readonly stream: string
  readonly #handlers: PublisherHandlers
  readonly #peer: Peer
  readonly #receiver: VideoReceiver
  readonly #media: OfferedMedia
  readonly #codec: ReceivedCodec
  readonly #parameterSets: Buffer
  #pushed: PushedSession | undefined
  #pictures = 0
  #idle: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(stream: string, offer: Offer, video: OfferedMedia, handlers: PublisherHandlers) {
    this.stream = stream
    this.#handlers = handlers
    this.#media = video
    const { offered } = payloadToReceive(video)
    this.#codec = codecOf(offered) as ReceivedCodec
    this.#parameterSets = parameterSetsOf(offered.parameters['sprop-parameter-sets'])
    this.#peer = new Peer(offer, {
      ready: () => this.#receiver.start(),
      rtp: packet => this.#take(packet),
      rtcp: packet => this.#receiver.rtcp(packet),
      ended: (reason, by) => this.close(reason, by)
    })
    const arrivals = video.extensions.find(({ uri }) => uri === arrivalExtension)
    this.#receiver = new VideoReceiver(this.#codec, offered.type, arrivals?.id, {
      picture: picture => this.#push(picture),
      send: packet => this.#peer.sendControl(packet),
      goodbye: () => this.close('The sender said goodbye', 'peer')
    })
  }

  get counters(): PublisherCounters {
    const { dropped, lostPackets } = this.#receiver
    return { codec: this.#codec, pictures: this.#pictures, droppedPictures: dropped, lostPackets }
  }

  /** Takes the stream. @throws SL_STREAM_UNKNOWN, SL_PUSH_REFUSED, SL_PUSH_TAKEN */
  claim(pushed: PushedPictures, description: string): void {
    this.#pushed = pushed.open(this.stream, {
      description,
      wantKey: () => this.#receiver.wantKey(),
      end: reason => this.close(reason)
    })
    this.#expectPicture()
  }

  /** The answer to the offer. @throws SL_SESSION_LIMIT */
  open(settings: WebrtcSettings, ports: UdpPorts): Promise<string> {
    const extensions = this.#media.extensions.filter(({ uri }) => uri === arrivalExtension)
    const payloads = [payloadToReceive(this.#media)]
    return this.#peer.open({ media: this.#media, direction: 'recvonly', payloads, extensions }, settings, ports)
  }

  trickle(fragment: TrickleFragment): void {
    this.#peer.trickle(fragment)
  }

  close(reason: string, by: EndedBy = 'us'): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#idle)
    this.#receiver.close()
    this.#peer.close(by)
    this.#pushed?.[Symbol.dispose]()
    this.#handlers.ended(this, reason)
  }

  #take(packet: Buffer): void {
    try {
      this.#receiver.rtp(packet)
    } catch (error) {
      this.close(error instanceof Error ? error.message : String(error))
    }
  }

  #push(picture: ReceivedPicture): void {
    if (this.#isClosed) return
    const format = { codec: this.#codec, parameterSets: this.#parameterSets }
    this.#pushed?.push({ ...picture, ...(this.#pictures === 0 && { format }) })
    this.#pictures++
    this.#idle?.refresh()
  }

  #expectPicture(): void {
    this.#idle = setTimeout(() => this.close(`No picture came for ${pictureEveryMs / 1000} s`), pictureEveryMs)
    this.#idle.unref()
  }
}

/** Annex B of what senders give once instead of before each key frame (RFC 6184 §8.1). */
function parameterSetsOf(property: string | undefined): Buffer {
  const sets = property?.split(',').map(set => Buffer.from(set, 'base64')) ?? []
  return Buffer.concat(sets.flatMap(set => [Buffer.of(0, 0, 0, 1), set]))
}
