import { SightlineError } from '../../core/errors.ts'
import type { OpenInvitation } from '../../store/invitation-links.ts'
import type { User } from '../../store/users.ts'
import type { AccountsOptions } from './accounts.ts'
import { requireGoodPassword } from './password-rules.ts'

const dayMs = 86_400_000
const [usualDays, longestDays] = [7, 30]

/** Lets somebody who is there choose a password by a link that an admin gives them: their first one, or one for what they forgot. */
export class Invitations {
  readonly #options: Pick<AccountsOptions, 'stores' | 'hash' | 'changed'>
  readonly #now: () => number

  constructor({ now = Date.now, ...options }: Pick<AccountsOptions, 'stores' | 'hash' | 'changed' | 'now'>) {
    this.#options = options
    this.#now = now
  }

  /**
   * Gives the secret of a link, which nobody can read again; the one before is worth nothing any more.
   * @throws SL_USER_UNKNOWN, SL_REQUEST_INVALID for who is disabled, and for a time that is over or too far away
   */
  async offer(
    actor: string,
    userId: string,
    wishedMs?: number
  ): Promise<{ readonly secret: string; readonly expiresMs: number }> {
    const { users, invitationLinks, audit } = this.#options.stores()
    const user = await users.byId(userId)
    if (!user) throw new SightlineError('SL_USER_UNKNOWN', 'There is no such user.')
    if (user.disabledMs !== null)
      throw new SightlineError('SL_REQUEST_INVALID', `${user.name} is disabled: let them in again before.`)
    const nowMs = this.#now()
    const expiresMs = wishedMs ?? nowMs + usualDays * dayMs
    if (expiresMs <= nowMs || expiresMs > nowMs + longestDays * dayMs)
      throw new SightlineError(
        'SL_REQUEST_INVALID',
        `\`expiresMs\` is ${new Date(expiresMs).toISOString()}: a link ends later than now, and at most ${longestDays} days later.`
      )
    const secret = await invitationLinks.offer(userId, expiresMs, nowMs)
    const detail = { expiresMs }
    await audit.add({ atMs: nowMs, actor, action: 'user-invited', subject: `user/${user.name}`, detail })
    return { secret, expiresMs }
  }

  /** Those that can still be used, the ones that end first before the others. */
  list(): Promise<readonly OpenInvitation[]> {
    return this.#options.stores().invitationLinks.open(this.#now())
  }

  /** The link is worth nothing any more. @throws SL_RESOURCE_UNKNOWN where there is none */
  async takeBack(actor: string, userId: string): Promise<void> {
    const { users, invitationLinks, audit } = this.#options.stores()
    const [user, open] = [await users.byId(userId), await this.list()]
    if (!user || !open.some(each => each.userId === userId))
      throw new SightlineError('SL_RESOURCE_UNKNOWN', `There is no open link of ${user?.name ?? userId}.`)
    await invitationLinks.end(userId)
    await audit.add({
      atMs: this.#now(),
      actor,
      action: 'invitation-revoked',
      subject: `user/${user.name}`,
      detail: {}
    })
  }

  /** Whose link it is; undefined for one that opens nothing. */
  async open(secret: string): Promise<User | undefined> {
    const { users, invitationLinks } = this.#options.stores()
    const userId = await invitationLinks.find(secret, this.#now())
    const user = userId === undefined ? undefined : await users.byId(userId)
    return user?.disabledMs === null ? user : undefined
  }

  /** Their new password; they are signed out everywhere. Undefined for a link that opens nothing. @throws SL_PASSWORD_WEAK */
  async use(secret: string, password: string, from: string): Promise<User | undefined> {
    const { stores, hash, changed } = this.#options
    const user = await this.open(secret)
    if (!user) return undefined
    requireGoodPassword(password, user.name)
    const { invitationLinks, sessions, audit } = stores()
    const made = await hash.make(password)
    if (!(await invitationLinks.use(secret, made, this.#now()))) return undefined
    await sessions.endOthers(user.id)
    changed()
    const [actor, subject] = [`user:${user.name}`, `user/${user.name}`]
    await audit.add({ atMs: this.#now(), actor, action: 'invitation-used', subject, detail: { from } })
    return { ...user, password: made }
  }
}
