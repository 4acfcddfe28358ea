import { SightlineError } from '../../core/errors.ts'
import { type AnsweredVideo, writeAnswer } from './answer.ts'
import { readCandidate } from './candidate.ts'
import type { EndedBy } from './dtls-alert.ts'
import { type Gathered, gather } from './gathering.ts'
import { IceAgent } from './ice-agent.ts'
import { invalid, type Offer } from './offer.ts'
import type { RtpFields, SecureTransport } from './secure-transport.ts'
import type { TrickleFragment } from './trickle.ts'
import type { UdpPorts } from './udp-wire.ts'
import { mostCandidates, type WebrtcSettings } from './webrtc-settings.ts'

/** From our last message of the handshake on, a peer makes its keys: what comes on the heels of that would be lost. */
const keysTakeMs = 20

export interface PeerHandlers {
  /** Media can flow from now on. */
  ready(): void
  rtp(packet: Buffer): void
  rtcp(packet: Buffer): void
  /** Told once; the peer has to be closed then. */
  ended(reason: string, by: EndedBy): void
}

/** One browser, phone or program at the other end: its way here, and the keys that protect what goes along it. */
export class Peer {
  readonly #offer: Offer
  readonly #handlers: PeerHandlers
  #gathered: Gathered | undefined
  #agent: IceAgent | undefined
  #secure: SecureTransport | undefined
  #setup: NodeJS.Timeout | undefined
  #candidates = 0
  #isReady = false
  #isClosed = false

  constructor(offer: Offer, handlers: PeerHandlers) {
    this.#offer = offer
    this.#handlers = handlers
  }

  /** Opens the way, and gives the answer to the offer. @throws SL_SESSION_LIMIT where all ports are taken */
  async open(video: AnsweredVideo, settings: WebrtcSettings, ports: UdpPorts): Promise<string> {
    // Werift takes 30 MB: only where there is a peer.
    const { ownCertificate, SecureTransport } = await import('./secure-transport.ts')
    const { certificate, fingerprint } = await ownCertificate()
    const { setupMs, silenceMs } = settings.limits
    this.#gathered = await gather(settings, ports, (bytes, from, wire) => this.#agent?.receive(bytes, from, wire))
    if (this.#isClosed) {
      this.#gathered[Symbol.dispose]()
      throw new SightlineError('SL_CANCELLED', 'The session was ended before it was open.')
    }
    const agent = new IceAgent(this.#offer.ice, silenceMs, {
      data: bytes => this.#secure?.receive(bytes),
      silent: () => this.#end(`Nothing was heard of the peer for ${silenceMs / 1000} s`, 'us')
    })
    this.#agent = agent
    this.#secure = new SecureTransport(certificate, this.#offer.fingerprints, {
      send: bytes => agent.send(bytes),
      ready: () => this.#begin(),
      rtp: packet => this.#handlers.rtp(packet),
      rtcp: packet => this.#handlers.rtcp(packet),
      ended: reason => this.#end(reason, 'peer')
    })
    this.#setup = setTimeout(() => this.#end(`The peer did not connect within ${setupMs / 1000} s`, 'us'), setupMs)
    this.#setup.unref()
    this.#addCandidates(this.#offer.candidates)
    const { candidates } = this.#gathered
    return writeAnswer({ offer: this.#offer, video, ice: agent.local, fingerprint, candidates })
  }

  /** @throws SL_OFFER_INVALID for more candidates than any peer has, SL_SESSION_RESTART where it wants to begin anew */
  trickle({ ice, candidates }: TrickleFragment): void {
    const { username, password } = this.#offer.ice
    if (ice && (ice.username !== username || ice.password !== password)) {
      throw new SightlineError(
        'SL_SESSION_RESTART',
        'ICE cannot be restarted within a session. End it and open another.'
      )
    }
    this.#addCandidates(candidates)
  }

  /** Protects a packet and sends it; gives what went out, to be sent again where it is lost. */
  send(header: RtpFields, payload: Buffer): Buffer | undefined {
    const bytes = this.#secure?.protect(header, payload)
    if (bytes) this.#agent?.send(bytes)
    return bytes
  }

  sendAgain(bytes: Buffer): void {
    this.#agent?.send(bytes)
  }

  sendControl(packet: Buffer): void {
    const bytes = this.#secure?.protectControl(packet)
    if (bytes) this.#agent?.send(bytes)
  }

  close(endedBy: EndedBy): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#setup)
    this.#secure?.close(endedBy)
    this.#agent?.close()
    this.#gathered?.[Symbol.dispose]()
  }

  #addCandidates(candidates: readonly string[]): void {
    this.#candidates += candidates.length
    if (this.#candidates > mostCandidates) throw invalid(`there are more than ${mostCandidates} candidates`)
    for (const candidate of candidates) {
      const place = readCandidate(candidate)
      if (place && this.#gathered) this.#agent?.addPlace(place, this.#gathered.wires)
    }
  }

  #begin(): void {
    if (this.#isReady || this.#isClosed) return
    this.#isReady = true
    clearTimeout(this.#setup)
    this.#setup = setTimeout(() => this.#handlers.ready(), keysTakeMs)
  }

  #end(reason: string, by: EndedBy): void {
    if (!this.#isClosed) this.#handlers.ended(reason, by)
  }
}
