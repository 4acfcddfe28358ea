import { SightlineError } from '../../core/errors.ts'
import type { Identity } from '../../store/identities.ts'
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
   * From now on whom the provider calls `subject` is this user. Who was that until now is signed out.
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
    await this.#done(actor, 'identity-linked', { userId, name }, { issuer: from, subject }, before)
  }

  /** False where there was no link. They are signed out. @throws SL_USER_UNKNOWN */
  async unlink(actor: string, userId: string): Promise<boolean> {
    const { identities } = this.#options.stores()
    const name = await this.#nameOf(userId)
    const before = await identities.ofUser(userId)
    if (!before || !(await identities.remove(userId))) return false
    const { issuer, subject } = before
    await this.#done(actor, 'identity-unlinked', { userId, name }, { issuer, subject }, before)
    return true
  }

  async #nameOf(userId: string): Promise<string> {
    const user = await this.#options.stores().users.byId(userId)
    if (user) return user.name
    throw new SightlineError('SL_USER_UNKNOWN', 'There is no such user.')
  }

  /** @param before whose sessions are not to go on */
  async #done(
    actor: string,
    action: string,
    { userId, name }: { readonly userId: string; readonly name: string },
    detail: object,
    before: Identity | undefined
  ): Promise<void> {
    const { stores, changed, now } = this.#options
    if (before) await stores().sessions.endOthers(userId)
    changed()
    await stores().audit.add({ atMs: now(), actor, action, subject: `user/${name}`, detail })
  }
}
