import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Principal } from '../../access/principal.ts'
import { SightlineError } from '../../core/errors.ts'
import type { User } from '../../store/users.ts'
import { FailedTries, network } from '../failed-tries.ts'
import { addressOf } from '../request-origin.ts'
import type { AccessStores } from './access-stores.ts'
import type { PasswordHash } from './password-hash.ts'
import type { SessionCookies } from './session-cookies.ts'
import type { SessionSigner } from './session-signer.ts'

export interface SignInOptions {
  readonly stores: () => AccessStores
  readonly signer: () => SessionSigner
  readonly hash: PasswordHash
  /** By address. */
  readonly failedTries: FailedTries
  readonly changed: () => void
  readonly now?: () => number
}

/** By name, and of entries in the audit log about failures: guessers with many addresses are slowed down too. */
const ofOneName = { burst: 30, oneMoreAfterMs: 10_000 }
const ofAll = { burst: 30, oneMoreAfterMs: 10_000 }
/** Pairs of name and network that were right once: they do not wait for what others try under their name. */
const mostTrusted = 10_000

/** Begins and ends sessions of browsers. Whether a name is known is not to be seen, not even from how long it takes. */
export class SignIn {
  readonly #options: SignInOptions
  readonly #now: () => number
  readonly #ofName = new FailedTries(ofOneName)
  readonly #told = new FailedTries(ofAll)
  readonly #trusted = new Set<string>()

  constructor(options: SignInOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** @throws SL_SIGN_IN_REFUSED, SL_SIGN_IN_TRIES for who has been wrong too often */
  async byPassword(request: IncomingMessage, given: string, password: string): Promise<SessionCookies> {
    const { stores, hash, failedTries } = this.#options
    const [name, address] = [given.trim().toLowerCase().slice(0, 128), addressOf(request)]
    const trust = `${name} ${network(address)}`
    const waits = failedTries.waitMs(address) > 0 || (this.#ofName.waitMs(name) > 0 && !this.#trusted.has(trust))
    if (waits)
      throw new SightlineError('SL_SIGN_IN_TRIES', 'Too many wrong passwords were given: try again in a while.')
    const { users } = stores()
    const user = await users.byName(name)
    const isRight = await hash.check(user?.password, password.slice(0, 1024))
    if (!isRight || !user || user.disabledMs !== null) {
      const wrong = createHash('sha256').update(`${name} ${password}`).digest('base64url')
      failedTries.add(address, wrong)
      this.#ofName.add(name, wrong)
      await this.tellFailure(request, name)
      throw new SightlineError('SL_SIGN_IN_REFUSED', 'Nobody of this name has this password.')
    }
    if (this.#trusted.size >= mostTrusted) this.#trusted.clear()
    this.#trusted.add(trust)
    if (user.password === null || !hash.isOutdated(user.password)) return this.begin(request, user)
    const made = await hash.make(password)
    const isFirst = await users.replacePassword(user.id, user.password, made)
    // Else it was made anew by another sign-in, or is another one: look again.
    return isFirst ? this.begin(request, { ...user, password: made }) : this.byPassword(request, given, password)
  }

  /**
   * A session for somebody who has shown who they are. Whoever ends all sessions of theirs because of another password changes
   * that first: a session that comes after that is not begun.
   * @param user as they were when they showed it
   * @param isThem whether that still shows that it is them, where it was not their password
   * @throws SL_SIGN_IN_REFUSED for who has another password by now, may not sign in any more, or is not them any more
   */
  async begin(
    request: IncomingMessage,
    { id: userId, name, password }: Pick<User, 'id' | 'name' | 'password'>,
    isThem: () => Promise<boolean> = async () => true
  ): Promise<SessionCookies> {
    const { stores, signer } = this.#options
    const { sessions, audit, users } = stores()
    const title = titleOf(request)
    const nowMs = this.#now()
    const { session, refresh } = await sessions.begin({ userId, title, nowMs })
    const user = await users.byId(userId)
    if (user?.password !== password || user.disabledMs !== null || !(await isThem())) {
      await sessions.end(session.id)
      throw new SightlineError('SL_SIGN_IN_REFUSED', 'Who you are here was changed just now: sign in again.')
    }
    const detail = { session: session.id, from: addressOf(request), with: title }
    await audit.add({ atMs: nowMs, actor: `user:${name}`, action: 'signed-in', subject: `user/${name}`, detail })
    return { access: await signer().sign({ userId, sessionId: session.id }), refresh }
  }

  /** Lets somebody who is signed in show their password again, as slowly as others. @throws SL_SIGN_IN_TRIES, what `work` does */
  async slowed(request: IncomingMessage, { actor }: Principal, work: () => Promise<void>): Promise<void> {
    const address = addressOf(request)
    if (this.#options.failedTries.waitMs(address) > 0 || this.#ofName.waitMs(actor) > 0)
      throw new SightlineError('SL_SIGN_IN_TRIES', 'Too many wrong passwords were given: try again in a while.')
    await work().catch(error => {
      if (error instanceof SightlineError && error.code === 'SL_SIGN_IN_REFUSED') {
        this.#options.failedTries.add(address, crypto.randomUUID())
        this.#ofName.add(actor, crypto.randomUUID())
      }
      throw error
    })
  }

  async end(session: string, actor: string): Promise<void> {
    const { sessions, audit } = this.#options.stores()
    if (!(await sessions.end(session))) return
    this.#options.changed()
    const subject = actor.replace(':', '/')
    await audit.add({ atMs: this.#now(), actor, action: 'signed-out', subject, detail: { session } })
  }

  /** Writes down that somebody was not let in: of the failures of a flood, some, since the audit is for reading. */
  async tellFailure(request: IncomingMessage, name: string, more: object = {}): Promise<void> {
    if (this.#told.waitMs('') > 0) return
    this.#told.add('', crypto.randomUUID())
    const subject = `user/${/^[\x21-\x7e]+$/.test(name) ? name : '?'}`
    const detail = { from: addressOf(request), ...more }
    const entry = { atMs: this.#now(), actor: 'stranger', action: 'sign-in-failed', subject, detail }
    await this.#options.stores().audit.add(entry)
  }
}

/** What the browser says of itself, in one readable line. */
function titleOf({ headers }: IncomingMessage): string {
  const text = (headers['user-agent'] ?? '').replace(/[^\x20-\x7e]/g, '').slice(0, 200)
  return text.trim() || 'a program'
}
