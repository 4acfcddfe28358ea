import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import type { OidcSettings } from '../../config/access-settings.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Seal } from '../../core/seal.ts'
import type { User } from '../../store/users.ts'
import type { AccessStores } from '../identity/access-stores.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { SessionCookies } from '../identity/session-cookies.ts'
import type { SignIn } from '../identity/sign-in.ts'
import { type Attempt, type Claims, OidcClient } from './oidc-client.ts'
import { type Person, personOf, refused } from './oidc-person.ts'

/** What the settings say, with the client's secret. */
export interface OidcOptions {
  readonly settings: OidcSettings
  readonly secret: string | undefined
}

export interface OidcSurroundings {
  readonly stores: () => AccessStores
  readonly accounts: Accounts
  readonly signIn: SignIn
  readonly seal: Seal
  readonly now?: (() => number) | undefined
}

interface Pending extends Attempt {
  readonly next: string
  readonly redirectUri: string
  readonly atMs: number
}

interface Provider {
  readonly options: OidcOptions
  readonly client: OidcClient
}

type Known = Pick<User, 'id' | 'name' | 'password'>

const purpose = 'oidc sign-in'
const actor = 'oidc'
/** How long somebody may take over there. */
const waitingMs = 10 * 60_000
/** Answers that were used are remembered for as long as they would count; beyond so many, the oldest are forgotten. */
const mostUsed = 20_000

/** Lets in whom an identity provider knows. Whoever has a name of somebody here is not them for that. */
export class OidcSignIn {
  #provider: Provider | undefined
  readonly #around: OidcSurroundings
  readonly #now: () => number
  readonly #used = new Set<string>()

  constructor(options: OidcOptions | undefined, around: OidcSurroundings) {
    this.#around = around
    this.#now = around.now ?? Date.now
    this.follow(options)
  }

  /** Another provider, or none, from now on: whoever is over there begins again. */
  follow(options: OidcOptions | undefined): void {
    if (isDeepStrictEqual(options, this.#provider?.options)) return
    this.#provider = options && { options, client: new OidcClient(options.settings, options.secret) }
  }

  /** Undefined while there is no provider. */
  get title(): string | undefined {
    if (!this.#provider) return undefined
    return this.#provider.options.settings.title ?? 'Sign in with your organisation'
  }

  /** As the provider names itself; undefined while there is none. */
  get issuer(): string | undefined {
    return this.#provider?.options.settings.issuer
  }

  /** Where to send a browser, and what it has to bring back. @throws SL_IDENTITY_PROVIDER */
  async begin(origin: string, next: string): Promise<{ readonly url: string; readonly pending: string }> {
    const { options, client } = this.#known()
    const redirectUri = options.settings.redirectUri ?? `${origin}/auth/oidc/callback`
    const { url, ...attempt } = await client.ask(redirectUri)
    const pending: Pending = { ...attempt, next, redirectUri, atMs: this.#now() }
    return { url: url.href, pending: this.#around.seal.close(JSON.stringify(pending), purpose) }
  }

  /**
   * A session for whoever came back. Each attempt counts once.
   * @param query everything that the provider put into the address
   * @throws SL_SIGN_IN_REFUSED, SL_NAME_TAKEN, SL_IDENTITY_PROVIDER
   */
  async end(
    request: IncomingMessage,
    sealed: string,
    query: string
  ): Promise<{ readonly cookies: SessionCookies; readonly next: string }> {
    const { options, client } = this.#known()
    let claims: Claims | undefined
    try {
      const pending = this.#opened(sealed)
      claims = await client.claims(new URL(`${pending.redirectUri}?${query}`), pending)
      const person = personOf(claims, options.settings)
      const user = await this.#user(person, options.settings)
      const isThem = async () => (await this.#found(person, options.settings))?.id === user.id
      return { cookies: await this.#around.signIn.begin(request, user, isThem), next: pending.next }
    } catch (error) {
      if (error instanceof SightlineError) await this.#tellFailure(request, error, claims)
      throw error
    }
  }

  /** Who it was that was not let in, as far as the provider said so. */
  #tellFailure(
    request: IncomingMessage,
    { code, message: why }: SightlineError,
    claims: Claims | undefined
  ): Promise<void> {
    const called = [claims?.preferred_username, claims?.email].find(each => typeof each === 'string') ?? '?'
    const detail = { by: 'oidc', code, why, ...(claims && { subject: claims.sub.slice(0, 255) }) }
    return this.#around.signIn.tellFailure(request, called.slice(0, 128), detail)
  }

  /** Where signing out there begins. */
  async ending(origin: string): Promise<string | undefined> {
    return this.#provider?.client.ending(`${origin}/sign-in`)
  }

  /** @throws SL_ROUTE_UNKNOWN while there is none */
  #known(): Provider {
    if (this.#provider) return this.#provider
    throw new SightlineError('SL_ROUTE_UNKNOWN', 'There is no identity provider here.')
  }

  #opened(sealed: string): Pending {
    const text = this.#around.seal.open(sealed, purpose)
    const pending = text === undefined ? undefined : (JSON.parse(text) as Pending)
    if (!pending || this.#now() - pending.atMs > waitingMs)
      throw refused('This took too long, or was begun elsewhere: begin again.')
    const mark = createHash('sha256').update(pending.state).digest('base64url')
    if (this.#used.has(mark)) throw refused('This was used already: begin again.')
    this.#used.add(mark)
    if (this.#used.size > mostUsed)
      for (const oldest of this.#used) {
        this.#used.delete(oldest)
        break
      }
    return pending
  }

  async #user(person: Person, settings: OidcSettings): Promise<Known> {
    const known = await this.#found(person, settings)
    if (!known) return this.#added(person, settings)
    if (known.disabledMs !== null) throw refused('You may not sign in here any more.')
    if (person.role !== undefined && person.role !== known.role) await this.#setRole(known, person.role)
    return known
  }

  /** Who that is here, if anybody. */
  async #found({ subject, userId, linkedName }: Person, { issuer }: OidcSettings): Promise<User | undefined> {
    const { users, identities } = this.#around.stores()
    if (linkedName !== undefined) return users.byName(linkedName)
    return users.byId((await identities.find(issuer, subject))?.userId ?? userId)
  }

  async #added({ userId: id, linkedName, name, role = 'viewer' }: Person, { create }: OidcSettings): Promise<Known> {
    if (!create || linkedName !== undefined)
      throw refused('You are no user here yet: whoever runs this server can link you to one.')
    await this.#around.accounts.add(actor, { id, name, role })
    return { id, name, password: null }
  }

  /** The only admin stays one: somebody has to be able to put it right. */
  async #setRole({ id }: User, role: User['role']): Promise<void> {
    await this.#around.accounts.change(actor, id, { role }).catch(error => {
      if (!(error instanceof SightlineError && error.code === 'SL_LAST_ADMIN_CONFLICT')) throw error
    })
  }
}
