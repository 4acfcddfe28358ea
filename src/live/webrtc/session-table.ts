import { SightlineError } from '../../core/errors.ts'
import type { EndedBy } from './dtls-alert.ts'
import type { WebrtcLimits } from './webrtc-settings.ts'

export interface OpenSession {
  readonly id: string
  readonly stream: string
  /** Tells one state of its ICE from another (RFC 9725 §4.3.1): it never changes here. */
  readonly tag: string
  close(reason: string, by?: EndedBy): void
}

/** What is answered to an offer. */
export interface OpenedSession {
  readonly session: string
  /** Session description. */
  readonly answer: string
  /** Path of the session, to trickle to and to end it. */
  readonly location: string
  readonly tag: string
}

/** The sessions of one way of viewing or sending, no more than there may be. */
export class SessionTable<Session extends OpenSession> implements Disposable {
  readonly #limits: WebrtcLimits
  readonly #sessions = new Map<string, Session>()

  constructor(limits: WebrtcLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#sessions.size
  }

  /** @throws SL_SESSION_LIMIT */
  add(session: Session): void {
    const { sessions, sessionsOfStream } = this.#limits
    const ofStream = this.ofStream(session.stream).length
    if (this.#sessions.size >= sessions) throw tooMany(`${sessions} sessions are open, the most in all`)
    if (ofStream >= sessionsOfStream)
      throw tooMany(`${sessionsOfStream} sessions of ${session.stream} are open, the most for one stream`)
    this.#sessions.set(session.id, session)
  }

  ofStream(stream: string): readonly Session[] {
    return [...this.#sessions.values()].filter(session => session.stream === stream)
  }

  /** @throws SL_SESSION_UNKNOWN */
  get(id: string): Session {
    const session = this.#sessions.get(id)
    if (session) return session
    throw new SightlineError('SL_SESSION_UNKNOWN', `There is no session ${id.slice(0, 64)}: it ended, or never was.`)
  }

  find(id: string): Session | undefined {
    return this.#sessions.get(id)
  }

  delete(id: string): void {
    this.#sessions.delete(id)
  }

  [Symbol.dispose](): void {
    for (const session of [...this.#sessions.values()]) session.close('The server stops')
  }
}

function tooMany(what: string): SightlineError {
  return new SightlineError('SL_SESSION_LIMIT', `${what}. Try again when one has ended.`, { retryable: true })
}
