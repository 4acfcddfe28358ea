import * as oidc from 'openid-client'
import type { OidcSettings } from '../../config/access-settings.ts'
import { SightlineError } from '../../core/errors.ts'

/** What has to be known again when somebody comes back. */
export interface Attempt {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface Asking extends Attempt {
  /** Where the browser goes to. */
  readonly url: URL
}

/** What a provider says of somebody. */
export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string }

const answerSeconds = 10

/**
 * OpenID Connect with one provider: authorization code with PKCE (RFC 7636), state, nonce, and an ID token of this issuer for
 * this client. Errors name no more than what was tried: what providers answer may have tokens in it.
 */
export class OidcClient {
  readonly #settings: OidcSettings
  readonly #secret: string | undefined
  #known: Promise<oidc.Configuration> | undefined

  constructor(settings: OidcSettings, secret: string | undefined) {
    this.#settings = settings
    this.#secret = secret
  }

  /** @throws SL_IDENTITY_PROVIDER */
  async ask(redirectUri: string): Promise<Asking> {
    const provider = await this.#provider()
    const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()]
    const url = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: redirectUri,
      scope: ['openid', 'profile', 'email', ...(this.#settings.scopes ?? [])].join(' '),
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256'
    })
    return { url, state, nonce, verifier }
  }

  /**
   * Who came back with `returned`, the address with everything the provider put there. What the ID token does not say is asked
   * for. @throws SL_SIGN_IN_REFUSED, SL_IDENTITY_PROVIDER while it cannot be reached
   */
  async claims(returned: URL, { state, nonce, verifier }: Attempt): Promise<Claims> {
    const provider = await this.#provider()
    try {
      const tokens = await oidc.authorizationCodeGrant(provider, returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true
      })
      const claims = tokens.claims()!
      if (!provider.serverMetadata().userinfo_endpoint) return claims
      const more = await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub)
      return { ...more, ...claims }
    } catch (error) {
      // The cause is left out: it repeats what was sent.
      const why = (error as { readonly code?: unknown }).code
      throw new SightlineError(
        'SL_SIGN_IN_REFUSED',
        `The identity provider did not sign you in${typeof why === 'string' && /^[A-Z_]+$/.test(why) ? ` (${why})` : ''}: try again.`
      )
    }
  }

  /** Where signing out there begins; undefined where the provider has no such place. */
  async ending(after: string): Promise<string | undefined> {
    const provider = await this.#provider()
    if (!provider.serverMetadata().end_session_endpoint) return undefined
    const wish = { client_id: this.#settings.clientId, post_logout_redirect_uri: after }
    return oidc.buildEndSessionUrl(provider, wish).href
  }

  async #provider(): Promise<oidc.Configuration> {
    this.#known ??= this.#discovered().catch(cause => {
      this.#known = undefined
      throw new SightlineError(
        'SL_IDENTITY_PROVIDER',
        `The identity provider ${this.#settings.issuer} does not say how it is asked: look whether it can be reached from here.`,
        { cause, retryable: true }
      )
    })
    return this.#known
  }

  #discovered(): Promise<oidc.Configuration> {
    const { issuer, clientId } = this.#settings
    const authentication = this.#secret === undefined ? oidc.None() : oidc.ClientSecretBasic(this.#secret)
    const isHere = issuer.startsWith('http:') // The settings allow that for this machine alone.
    return oidc.discovery(new URL(issuer), clientId, undefined, authentication, {
      timeout: answerSeconds,
      // Signatures too, and not only who the connection is with.
      execute: [oidc.enableNonRepudiationChecks, ...(isHere ? [oidc.allowInsecureRequests] : [])]
    })
  }
}
