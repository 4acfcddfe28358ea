import { randomUUID } from 'node:crypto'
import type { Principal, Role } from '../../access/principal.ts'
import { type CountSettings, requireRoom } from '../../config/count-settings.ts'
import { SightlineError } from '../../core/errors.ts'
import type { SeenUser, User } from '../../store/users.ts'
import type { Grant } from '../../store/users-grants.ts'
import type { AccessStores } from './access-stores.ts'
import { IdentityLinks } from './identity-links.ts'
import { Invitations } from './invitations.ts'
import type { PasswordHash } from './password-hash.ts'
import { requireGoodPassword } from './password-rules.ts'

export interface AccountsOptions {
  readonly stores: () => AccessStores
  readonly hash: PasswordHash
  /** Called after each change: what is known of anybody is looked up again. */
  readonly changed: () => void
  /** The identity provider that there is; default: none. */
  readonly issuer?: () => string | undefined
  /** How many of each there may be, as it is at the moment. */
  readonly limits?: (() => CountSettings | undefined) | undefined
  readonly now?: () => number
}

export interface NewUser {
  /** Default: a new one. */
  readonly id?: string
  readonly name: string
  readonly role: Role
  /** Undefined for who signs in otherwise. */
  readonly password?: string
}

export interface UserChange {
  readonly role?: Role
  readonly password?: string
  readonly isDisabled?: boolean
}

export interface NewToken {
  readonly userId: string
  readonly title: string
  readonly scopes: readonly string[]
  /** Null for one that holds until it is revoked. */
  readonly expiresMs: number | null
}

/**
 * Changes who may do what. Each change is in the audit log, under `actor`, and counts at once. Everything throws SL_QUERY_INVALID
 * for values that are none.
 */
export class Accounts {
  readonly links: IdentityLinks
  readonly invitations: Invitations
  readonly #stores: () => AccessStores
  readonly #hash: PasswordHash
  readonly #changed: () => void
  readonly #limits: () => CountSettings | undefined
  readonly #now: () => number

  constructor({
    stores,
    hash,
    changed,
    issuer = () => undefined,
    limits = () => undefined,
    now = Date.now
  }: AccountsOptions) {
    this.links = new IdentityLinks({ stores, issuer, changed, now })
    this.invitations = new Invitations({ stores, hash, changed, now })
    this.#stores = stores
    this.#hash = hash
    this.#changed = changed
    this.#limits = limits
    this.#now = now
  }

  /** Gives the new id. @throws SL_NAME_TAKEN, SL_PASSWORD_WEAK, SL_LIMIT_REACHED */
  async add(actor: string, wish: NewUser): Promise<string> {
    const user = await this.made(wish)
    await this.#stores().users.create(user, there => requireRoom(this.#limits(), 'users', there))
    await this.#done(actor, 'user-added', user.name, { role: user.role })
    return user.id
  }

  /** A user as they would be kept. @throws SL_PASSWORD_WEAK */
  async made({ id = randomUUID(), name, role, password }: NewUser): Promise<User> {
    if (password !== undefined) requireGoodPassword(password, name)
    const hash = password === undefined ? null : await this.#hash.make(password)
    return { id, name, role, password: hash, createdMs: this.#now(), disabledMs: null }
  }

  /**
   * With a new password or when disabled, they are signed out everywhere, and a link to choose one is worth nothing any more.
   * @param seen as whoever changes them has seen them, where nothing else is to be changed
   * @throws SL_USER_UNKNOWN, SL_LAST_ADMIN_CONFLICT, SL_PASSWORD_WEAK, SL_PRECONDITION_FAILED
   */
  async change(actor: string, id: string, change: UserChange, seen?: SeenUser): Promise<void> {
    const { role, password, isDisabled } = change
    const { users, sessions, invitationLinks } = this.#stores()
    const user = await this.#user(id)
    if (password !== undefined) requireGoodPassword(password, user.name)
    const disabledMs = isDisabled === undefined ? undefined : isDisabled ? this.#now() : null
    const columns = {
      ...(role !== undefined && { role }),
      ...(password !== undefined && { password: await this.#hash.make(password) }),
      ...(disabledMs !== undefined && { disabledMs })
    }
    // So that a change that is refused leaves the link as it is. The store looks again, where nobody comes in between.
    if (await users.endsOnlyAdmin(id, columns)) refuseOnlyAdmin(user)
    // The link first: whoever has it would otherwise have a moment to choose after us.
    const endsAll = password !== undefined || isDisabled
    if (endsAll) await invitationLinks.end(id)
    await users.change(id, columns, seen, () => refuseOnlyAdmin(user))
    if (endsAll) await sessions.endOthers(id)
    const detail = { role, isDisabled, password: password === undefined ? undefined : 'changed' }
    await this.#done(actor, 'user-changed', user.name, detail)
  }

  /** @throws SL_USER_UNKNOWN, SL_LAST_ADMIN_CONFLICT, SL_PRECONDITION_FAILED */
  async remove(actor: string, id: string, seen?: SeenUser): Promise<void> {
    const user = await this.#user(id)
    const { users, invitationLinks } = this.#stores()
    await users.remove(id, seen, () => refuseOnlyAdmin(user))
    await invitationLinks.end(id)
    await this.#done(actor, 'user-removed', user.name, {})
  }

  /** Their own, by whoever knows the one before; all other browsers are signed out. @throws SL_SIGN_IN_REFUSED, SL_PASSWORD_WEAK */
  async changeOwnPassword(id: string, before: string, next: string, session: string | undefined): Promise<void> {
    const { users, sessions, invitationLinks } = this.#stores()
    const user = await this.#user(id)
    const another = new SightlineError('SL_SIGN_IN_REFUSED', 'The password until now is another one.')
    if (user.password === null || !(await this.#hash.check(user.password, before))) throw another
    requireGoodPassword(next, user.name)
    const made = await this.#hash.make(next)
    await invitationLinks.end(id)
    // Somebody may have given them another meanwhile, since others know this one.
    if (!(await users.replacePassword(id, user.password, made))) throw another
    await sessions.endOthers(id, session)
    await this.#done(`user:${user.name}`, 'user-changed', user.name, { password: 'changed' })
  }

  /** Replaces the role that they had there. @throws SL_USER_UNKNOWN, SL_LIMIT_REACHED */
  async give(actor: string, grant: Omit<Grant, 'createdMs'>): Promise<void> {
    await this.#give(actor, grant, there => requireRoom(this.#limits(), 'grantsPerUser', there))
  }

  /** Asked before somebody makes a stream that they are granted then. @throws SL_LIMIT_REACHED */
  async requireRoomToShare({ userId }: Pick<Principal, 'userId'>): Promise<void> {
    if (userId !== undefined) requireRoom(this.#limits(), 'grantsPerUser', await this.#stores().grants.count(userId))
  }

  /** Grants whoever made a stream to operate it, however many they have by now: the stream is there. @throws SL_USER_UNKNOWN */
  async share({ actor, userId }: Pick<Principal, 'actor' | 'userId'>, stream: string): Promise<void> {
    if (userId !== undefined) await this.#give(actor, { userId, scope: 'stream', scopeId: stream, role: 'operator' })
  }

  /** False where there was none. @throws SL_USER_UNKNOWN */
  async take(actor: string, grant: Pick<Grant, 'userId' | 'scope' | 'scopeId'>): Promise<boolean> {
    const user = await this.#user(grant.userId)
    if (!(await this.#stores().grants.take(grant))) return false
    await this.#done(actor, 'grant-taken', user.name, { scope: grant.scope, scopeId: grant.scopeId })
    return true
  }

  /** Gives the token, which nobody can read again. @throws SL_USER_UNKNOWN, SL_LIMIT_REACHED */
  async issue(actor: string, wish: NewToken): Promise<{ readonly id: string; readonly token: string }> {
    const user = await this.#user(wish.userId)
    const room = (there: number) => requireRoom(this.#limits(), 'programsPerUser', there)
    const issued = await this.#stores().tokens.issue(
      { ...wish, scopes: [...wish.scopes], createdMs: this.#now() },
      room
    )
    const { title, scopes, expiresMs } = wish
    await this.#done(actor, 'token-issued', user.name, { id: issued.id, title, scopes, expiresMs })
    return issued
  }

  /** False where there was none that could be used. */
  async revoke(actor: string, id: string): Promise<boolean> {
    const { tokens, users } = this.#stores()
    const token = await tokens.byId(id)
    if (!token || !(await tokens.revoke(id, this.#now()))) return false
    const user = await users.byId(token.userId)
    await this.#done(actor, 'token-revoked', user?.name ?? token.userId, { id, title: token.title })
    return true
  }

  /** Signs a browser out. False where it was already. */
  async endSession(actor: string, id: string): Promise<boolean> {
    const { sessions, users } = this.#stores()
    const session = await sessions.byId(id, this.#now())
    if (!session || !(await sessions.end(id))) return false
    const user = await users.byId(session.userId)
    await this.#done(actor, 'session-ended', user?.name ?? session.userId, { session: id, with: session.title })
    return true
  }

  /** Signs all browsers of somebody out, but for `kept`. @throws SL_USER_UNKNOWN */
  async endSessions(actor: string, userId: string, kept?: string): Promise<void> {
    const user = await this.#user(userId)
    const count = await this.#stores().sessions.endOthers(userId, kept)
    if (count > 0) await this.#done(actor, 'sessions-ended', user.name, { count })
  }

  async #give(actor: string, grant: Omit<Grant, 'createdMs'>, room?: (there: number) => void): Promise<void> {
    const user = await this.#user(grant.userId)
    await this.#stores().grants.give({ ...grant, createdMs: this.#now() }, room)
    const { scope, scopeId, role } = grant
    await this.#done(actor, 'grant-given', user.name, { scope, scopeId, role })
  }

  async #user(id: string): Promise<User> {
    const user = await this.#stores().users.byId(id)
    if (user) return user
    throw new SightlineError('SL_USER_UNKNOWN', 'There is no such user.')
  }

  async #done(actor: string, action: string, name: string, detail: object): Promise<void> {
    this.#changed()
    await this.#stores().audit.add({ atMs: this.#now(), actor, action, subject: `user/${name}`, detail })
  }
}

/** Otherwise nobody could change anything any more. */
function refuseOnlyAdmin({ name }: User): never {
  throw new SightlineError('SL_LAST_ADMIN_CONFLICT', `${name} is the only admin: make somebody else one before.`)
}
