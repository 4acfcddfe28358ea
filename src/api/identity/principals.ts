import { scopes as everyScope, type Principal, type Scope } from '../../access/principal.ts'
import type { Token } from '../../store/tokens.ts'
import type { AccessStores } from './access-stores.ts'
import { Fresh } from './fresh.ts'

/** How old what is known of somebody may be: with how often those who stay are judged, changes hold well within 5 s. */
const freshMs = 1000

/** Who may what, as the store has it now. */
export class Principals {
  readonly #stores: () => AccessStores
  readonly #now: () => number
  readonly #users: Fresh<Principal | undefined>
  readonly #sessions: Fresh<string | undefined>
  readonly #tokens: Fresh<Token | undefined>
  readonly #empty: Fresh<boolean>
  readonly #told: (() => void)[] = []
  #isSetUp = false

  /** @param stores throws SL_STORE_UNAVAILABLE until the store is open */
  constructor(stores: () => AccessStores, now: () => number = Date.now) {
    this.#stores = stores
    this.#now = now
    this.#users = new Fresh(id => this.#user(id), freshMs)
    this.#sessions = new Fresh(async id => (await stores().sessions.byId(id, now()))?.userId, freshMs)
    this.#tokens = new Fresh(id => stores().tokens.byId(id), freshMs)
    this.#empty = new Fresh(async () => stores().users.isEmpty(), freshMs)
  }

  /** Somebody whose browser is signed in; undefined once that is over, or they may do nothing any more. */
  async ofSession(id: string): Promise<Principal | undefined> {
    const userId = await this.#sessions.get(id)
    return userId === undefined ? undefined : this.#users.get(userId)
  }

  /** Undefined for who is not there, or may do nothing any more. */
  ofUser(id: string): Promise<Principal | undefined> {
    return this.#users.get(id)
  }

  /** A program that acts for somebody: never more than they may themselves. */
  async ofToken(id: string): Promise<Principal | undefined> {
    const token = await this.#tokens.get(id)
    if (!token || token.revokedMs !== null || (token.expiresMs !== null && token.expiresMs <= this.#now()))
      return undefined
    const user = await this.#users.get(token.userId)
    if (!user) return undefined
    // With whose it is: two people may call their programs the same.
    const actor = `token:${user.actor.replace('user:', '')}/${token.title}`
    return { ...user, actor, scopes: scopesOf(token), untilMs: token.expiresMs ?? undefined }
  }

  /** Whether anybody was added yet: it never becomes false again. */
  async isSetUp(): Promise<boolean> {
    this.#isSetUp ||= !(await this.#empty.get(''))
    return this.#isSetUp
  }

  /** Called after every change that was made here. */
  changed(): void {
    for (const fresh of [this.#users, this.#sessions, this.#tokens, this.#empty]) fresh.forget()
    for (const then of this.#told) then()
  }

  onChange(then: () => void): void {
    this.#told.push(then)
  }

  async #user(id: string): Promise<Principal | undefined> {
    const { users, grants } = this.#stores()
    const user = await users.byId(id)
    if (!user || user.disabledMs !== null) return undefined
    const { name, role } = user
    const reach = role === 'admin' ? ({ viewing: 'all', operating: 'all' } as const) : await grants.reachOf(id)
    return { actor: `user:${name}`, userId: id, role, scopes: undefined, ...reach }
  }
}

function scopesOf({ scopes }: Token): ReadonlySet<Scope> {
  return new Set(everyScope.filter(scope => scopes.includes(scope)))
}
