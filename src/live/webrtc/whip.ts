import type { PushedPictures } from '../stream-feed.ts'
import type { EndedBy } from './dtls-alert.ts'
import { readOffer } from './offer.ts'
import { type PublisherCounters, PublisherSession } from './publisher-session.ts'
import { type OpenedSession, SessionTable } from './session-table.ts'
import { readFragment } from './trickle.ts'
import type { UdpPorts } from './udp-wire.ts'
import { offeredVideo } from './video-codecs.ts'
import type { WebrtcSettings } from './webrtc-settings.ts'

export interface WhipOptions {
  readonly pushed: PushedPictures
  readonly settings: WebrtcSettings
  /** Shared with others that use the same range. */
  readonly ports: UdpPorts
  onEnded?(session: { readonly id: string; readonly stream: string }, reason: string): void
}

/** Lets browsers, phones and programs send a stream's video (RFC 9725). Sound stays silent. */
export class Whip implements Disposable {
  readonly #options: WhipOptions
  readonly #sessions: SessionTable<PublisherSession>

  constructor(options: WhipOptions) {
    this.#options = options
    this.#sessions = new SessionTable(options.settings.limits)
  }

  get size(): number {
    return this.#sessions.size
  }

  /**
   * `description` says to people who sends: `WHIP from 192.168.1.7`.
   * @throws SL_STREAM_UNKNOWN, SL_PUSH_REFUSED for a stream with a source of its own, SL_PUSH_TAKEN where somebody else
   * sends, SL_OFFER_INVALID, SL_OFFER_UNUSABLE, SL_SESSION_LIMIT
   */
  async offer(stream: string, sdp: string, description: string): Promise<OpenedSession> {
    const { pushed, settings, ports, onEnded } = this.#options
    const offer = readOffer(sdp)
    const session = new PublisherSession(stream, offer, offeredVideo(offer, 'sends'), {
      ended: (ended, reason) => {
        this.#sessions.delete(ended.id)
        onEnded?.(ended, reason)
      }
    })
    this.#sessions.add(session)
    try {
      session.claim(pushed, description)
      const answer = await session.open(settings, ports)
      return { session: session.id, answer, location: `/whip/${stream}/${session.id}`, tag: session.tag }
    } catch (error) {
      session.close('The offer was refused')
      throw error
    }
  }

  /** More candidates. @throws SL_SESSION_UNKNOWN, SL_OFFER_INVALID, SL_SESSION_RESTART */
  patch(session: string, fragment: string): void {
    this.#sessions.get(session).trickle(readFragment(fragment))
  }

  /** @throws SL_SESSION_UNKNOWN */
  end(session: string, by: EndedBy = 'peer'): void {
    this.#sessions.get(session).close(by === 'peer' ? 'The sender ended it' : 'It may not be sent any more', by)
  }

  /** Which stream a session sends, and its tag; undefined where there is no such session. */
  find(session: string): { readonly stream: string; readonly tag: string } | undefined {
    return this.#sessions.find(session)
  }

  counters(session: string): PublisherCounters | undefined {
    return this.#sessions.find(session)?.counters
  }

  [Symbol.dispose](): void {
    this.#sessions[Symbol.dispose]()
  }
}
