import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Seal } from '../../core/seal.ts'
import type { Caller, Callers } from '../callers.ts'
import { FailedTries } from '../failed-tries.ts'
import { oidcRoutes } from '../oidc/oidc-routes.ts'
import { type OidcOptions, OidcSignIn } from '../oidc/oidc-sign-in.ts'
import type { AccessStores } from './access-stores.ts'
import { Accounts, type AccountsOptions } from './accounts.ts'
import { FirstAdmin } from './first-admin.ts'
import { invitedRoutes } from './invited-routes.ts'
import { PasswordHash } from './password-hash.ts'
import { Principals } from './principals.ts'
import { Recognition } from './recognition.ts'
import { sessionRoutes } from './session-routes.ts'
import { SessionSigner } from './session-signer.ts'
import { isShared, mayBeShared, ShareReaders } from './share-readers.ts'
import { Sharing } from './sharing.ts'
import { SignIn } from './sign-in.ts'
import { signInRoutes, welcome } from './sign-in-routes.ts'

export interface IdentityOptions {
  /** @throws SL_STORE_UNAVAILABLE until the store is open */
  readonly stores: () => AccessStores
  readonly seal: Seal
  /** What may be looked at on this machine before there is anybody. */
  readonly demoStreams: () => ReadonlySet<string>
  /** The other way to sign in, where there is one. */
  readonly oidc?: OidcOptions | undefined
  /** How much of each there may be, as it is at the moment. */
  readonly limits?: AccountsOptions['limits']
  readonly now?: () => number
}

/** Everything about who asks, put together. */
export class Identity implements Callers {
  readonly accounts: Accounts
  readonly firstAdmin: FirstAdmin
  readonly signIn: SignIn
  readonly principals: Principals
  readonly #recognition: Recognition
  readonly oidc: OidcSignIn
  /** Links that show a report to whoever has them. */
  readonly sharing: Sharing
  readonly #readers: ShareReaders
  readonly #signer: () => SessionSigner
  readonly #failedTries: FailedTries

  constructor({ stores, seal, demoStreams, oidc, limits, now }: IdentityOptions) {
    const hash = new PasswordHash()
    const failedTries = new FailedTries()
    const principals = new Principals(stores, now)
    let opened: SessionSigner | undefined
    const signer = () => {
      opened ??= new SessionSigner({ keys: stores().keys, seal, now })
      return opened
    }
    const changed = () => principals.changed()
    this.principals = principals
    this.#signer = signer
    this.#failedTries = failedTries
    this.accounts = new Accounts({ stores, hash, changed, issuer: () => this.oidc.issuer, limits, now })
    this.firstAdmin = new FirstAdmin({ stores, accounts: this.accounts, principals, failedTries, now })
    this.signIn = new SignIn({ stores, signer, hash, failedTries, changed, now })
    this.oidc = new OidcSignIn(oidc, { stores, accounts: this.accounts, signIn: this.signIn, seal, now })
    this.#readers = new ShareReaders(stores, principals, now)
    this.sharing = new Sharing({ stores, readers: this.#readers, changed, limits, now })
    this.#recognition = new Recognition({ stores, signer, principals, failedTries, demoStreams, now })
  }

  async who(request: IncomingMessage, give?: (cookies: readonly string[]) => void): Promise<Caller | undefined> {
    if (!isShared(request)) return this.#recognition.who(request, give)
    const reader = await this.#readers.who(request)
    return reader ?? (mayBeShared(request) ? undefined : this.#recognition.who(request, give))
  }

  onChange(then: () => void): void {
    this.principals.onChange(then)
  }

  welcome(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return welcome(this.principals, request, reply, this.oidc.title)
  }

  routes(server: FastifyInstance): void {
    const { accounts, signIn, firstAdmin, principals, oidc } = this
    invitedRoutes(server, { invitations: accounts.invitations, signIn, failedTries: this.#failedTries })
    signInRoutes(server, { signIn, firstAdmin, principals, other: () => oidc.title })
    oidcRoutes(server, { oidc, signIn, principals })
    sessionRoutes(server, {
      signIn: this.signIn,
      accounts: this.accounts,
      principals: this.principals,
      signer: this.#signer
    })
  }
}
