import { SightlineError } from '../../core/errors.ts'
import type { Identity } from '../../store/identities.ts'
import { madeUserId } from '../oidc/oidc-person.ts'
import type { AccessStores } from './access-stores.ts'

export interface IdentityLinksOptions {
  readonly stores: () => AccessStores
  /** The identity provider that there is; undefined while there is none. */
  readonly issuer: () => string | undefined
  /** Called after each change: what is known of anybody is looked up again. */
  readonly changed: () => void
  readonly now: () => number
}

/** As whom the identity provider knows users who are here already. Each change is in the audit log, under `actor`. */
export class IdentityLinks {
  readonly #options: IdentityLinksOptions

  constructor(options: IdentityLinksOptions) {
    this.#options = options
  }

  find(userId: string): Promise<Identity | undefined> {
    return this.#options.stores().identities.ofUser(userId)
  }

  /**
   * From now on whom the provider calls `subject` is this user. Who was this user by the provider until now is signed out, and so is
   * the user who was made for the subject.
   * @throws SL_OPTION_CONFLICT without a provider, SL_USER_UNKNOWN, SL_NAME_TAKEN, SL_QUERY_INVALID
   */
  async link(actor: string, userId: string, subject: string): Promise<void> {
    const { stores, issuer, now } = this.#options
    const from = issuer()
    if (from === undefined)
      throw new SightlineError('SL_OPTION_CONFLICT', 'There is no identity provider: say which in access.oidc.')
    const { identities } = stores()
    const before = await identities.ofUser(userId)
    if (before?.issuer === from && before.subject === subject) return
    const name = await this.#nameOf(userId)
    await identities.put({ userId, issuer: from, subject, createdMs: now() })
    const made = madeUserId(from, subject)
    const left = [...(before ? [userId] : []), ...(made === userId ? [] : [made])]
    await this.#done(actor, 'identity-linked', name, { issuer: from, subject }, left)
  }

  /** False where there was no link. They are signed out. @throws SL_USER_UNKNOWN */
  async unlink(actor: string, userId: string): Promise<boolean> {
    const { identities } = this.#options.stores()
    const name = await this.#nameOf(userId)
    const before = await identities.ofUser(userId)
    if (!before || !(await identities.remove(userId))) return false
    const { issuer, subject } = before
    await this.#done(actor, 'identity-unlinked', name, { issuer, subject }, [userId])
    return true
  }

  async #nameOf(userId: string): Promise<string> {
    const user = await this.#options.stores().users.byId(userId)
    if (user) return user.name
    throw new SightlineError('SL_USER_UNKNOWN', 'There is no such user.')
  }

  /** @param left users whose sessions are not to go on */
  async #done(actor: string, action: string, name: string, detail: object, left: readonly string[]): Promise<void> {
    const { stores, changed, now } = this.#options
    for (const userId of left) await stores().sessions.endOthers(userId)
    changed()
    await stores().audit.add({ atMs: now(), actor, action, subject: `user/${name}`, detail })
  }
}
