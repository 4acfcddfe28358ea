import { setTimeout as delay } from 'node:timers/promises'
import type { ClockMessage } from '../../contract/live.ts'
import { SightlineError } from '../../core/errors.ts'
import type { StreamFeeds } from '../stream-feed.ts'
import type { EndedBy } from './dtls-alert.ts'
import { readOffer } from './offer.ts'
import { type OpenedSession, SessionTable } from './session-table.ts'
import { readFragment } from './trickle.ts'
import type { UdpPorts } from './udp-wire.ts'
import { offeredVideo } from './video-codecs.ts'
import { type ViewerCounters, ViewerSession } from './viewer-session.ts'
import type { WebrtcSettings } from './webrtc-settings.ts'

export interface WhepOptions {
  readonly feeds: StreamFeeds
  readonly settings: WebrtcSettings
  /** Shared with others that use the same range. */
  readonly ports: UdpPorts
  /** Told before the first packet that it is true for. */
  onClock?(message: ClockMessage): void
  onEnded?(session: { readonly id: string; readonly stream: string }, reason: string): void
}

/** A stream that shows nothing yet is answered without knowing what it will be. */
const firstPictureMs = 200

/** Lets browsers watch streams (draft-ietf-wish-whep): one offer, one answer, and pictures until either side ends it. */
export class Whep implements Disposable {
  readonly #options: WhepOptions
  readonly #sessions: SessionTable<ViewerSession>

  constructor(options: WhepOptions) {
    this.#options = options
    this.#sessions = new SessionTable(options.settings.limits)
  }

  get size(): number {
    return this.#sessions.size
  }

  /**
   * @throws SL_STREAM_UNKNOWN, SL_OFFER_INVALID, SL_OFFER_UNUSABLE for what cannot be answered, SL_SESSION_LIMIT, and
   * what the feed throws at once
   */
  async offer(stream: string, sdp: string): Promise<OpenedSession> {
    const { feeds, settings, ports, onClock, onEnded } = this.#options
    const offer = readOffer(sdp)
    const video = offeredVideo(offer, 'receives')
    if (!feeds.state(stream)) throw new SightlineError('SL_STREAM_UNKNOWN', `There is no stream ${stream}.`)
    const session = new ViewerSession(stream, offer, feeds, {
      clock: message => onClock?.(message),
      ended: (ended, reason) => {
        this.#sessions.delete(ended.id)
        onEnded?.(ended, reason)
      }
    })
    this.#sessions.add(session)
    try {
      const watching = session.watch()
      // What happens to it after the answer ends the session instead.
      watching.catch((error: Error) => session.close(error.message))
      await Promise.race([watching, delay(firstPictureMs, undefined, { ref: false })])
      const answer = await session.open(video, settings, ports)
      return { session: session.id, answer, location: `/whep/${stream}/${session.id}`, tag: session.tag }
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
    this.#sessions.get(session).close(by === 'peer' ? 'The viewer ended it' : 'It may not be watched any more', by)
  }

  /** Which stream a session shows, and its tag; undefined where there is no such session. */
  find(session: string): { readonly stream: string; readonly tag: string } | undefined {
    return this.#sessions.find(session)
  }

  /** What maps a session's RTP timestamps to media time; undefined before its first picture, and where it is none. */
  clock(session: string): ClockMessage | undefined {
    return this.#sessions.find(session)?.clock
  }

  counters(session: string): ViewerCounters | undefined {
    return this.#sessions.find(session)?.counters
  }

  [Symbol.dispose](): void {
    this.#sessions[Symbol.dispose]()
  }
}
