import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Principal, Scope } from '../../access/principal.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Caller, Callers } from '../callers.ts'
import type { FailedTries } from '../failed-tries.ts'
import { addressOf, isHere } from '../request-origin.ts'
import type { AccessStores } from './access-stores.ts'
import { Fresh } from './fresh.ts'
import type { Principals } from './principals.ts'
import { cookiesOf, givenCookies, takenCookies } from './session-cookies.ts'
import type { SessionSigner } from './session-signer.ts'

export interface RecognitionOptions {
  /** @throws SL_STORE_UNAVAILABLE until the store is open */
  readonly stores: () => AccessStores
  readonly signer: () => SessionSigner
  readonly principals: Principals
  readonly failedTries: FailedTries
  /** What may be looked at on this machine before there is anybody. */
  readonly demoStreams: () => ReadonlySet<string>
  readonly now?: () => number
}

const tokenForm = /^slt_[\w-]{43}$/
const tokenFreshMs = 1000
const visitorScopes: ReadonlySet<Scope> = new Set(['streams:read', 'live:read', 'events:read', 'tracks:read'])

/** Finds out who asks: by a token, by the cookies of a session, or, before there is anybody, by being on this machine. */
export class Recognition implements Callers {
  readonly #options: RecognitionOptions
  readonly #now: () => number
  /** Which token it is. Whether it may be used still is asked each time. */
  readonly #tokens: Fresh<string | undefined>

  constructor(options: RecognitionOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#tokens = new Fresh(text => this.#tokenOf(text), tokenFreshMs)
  }

  /**
   * Whoever shows a token is who the token says, whatever cookies came with it.
   * @param give puts headers on the answer that give and take cookies, where there is one
   * @throws SL_STORE_UNAVAILABLE, SL_TOKEN_REFUSED, SL_SIGN_IN_TRIES
   */
  async who(request: IncomingMessage, give?: (cookies: readonly string[]) => void): Promise<Caller | undefined> {
    const { authorization } = request.headers
    if (authorization !== undefined) return this.#byToken(request, authorization)
    const { access, refresh } = cookiesOf(request)
    const signed = access === undefined ? undefined : await this.#options.signer().verify(access)
    if (signed) {
      const caller = await this.#session(signed.sessionId)
      if (caller) return caller
    } else if (refresh !== undefined) {
      const id = await this.#turned(request, refresh, give)
      const caller = id === undefined ? undefined : await this.#session(id)
      if (caller) return caller
    }
    if (access !== undefined || refresh !== undefined) give?.(takenCookies(request))
    return this.#visitor(request)
  }

  onChange(then: () => void): void {
    this.#options.principals.onChange(then)
  }

  async #byToken(request: IncomingMessage, authorization: string): Promise<Caller> {
    const { principals, failedTries } = this.#options
    const address = addressOf(request)
    if (failedTries.waitMs(address) > 0)
      throw new SightlineError(
        'SL_SIGN_IN_TRIES',
        'Too many wrong tokens came from this address: try again in a while.'
      )
    const [, text = ''] = /^bearer +(\S+)$/i.exec(authorization) ?? []
    const id = tokenForm.test(text) ? await this.#tokens.get(text) : undefined
    const caller = id === undefined ? undefined : await calling(() => principals.ofToken(id))
    if (caller) return caller
    failedTries.add(address, createHash('sha256').update(text).digest('base64url'))
    throw new SightlineError(
      'SL_TOKEN_REFUSED',
      'This token is not known, or has ended: send another as `Authorization: Bearer slt_…`.'
    )
  }

  async #tokenOf(text: string): Promise<string | undefined> {
    const { tokens } = this.#options.stores()
    const token = await tokens.find(text, this.#now())
    // A store that cannot write may still say who it is.
    if (token) await tokens.noteUse(token, this.#now()).catch(() => undefined)
    return token?.id
  }

  #session(id: string): Promise<Caller | undefined> {
    return calling(() => this.#options.principals.ofSession(id), id)
  }

  /** The session of what gets the next, which is given where there is an answer to put it on. */
  async #turned(
    request: IncomingMessage,
    refresh: string,
    give: ((cookies: readonly string[]) => void) | undefined
  ): Promise<string | undefined> {
    const { stores, signer, principals } = this.#options
    const { sessions, audit, users } = stores()
    if (!give) return (await sessions.check(refresh, this.#now()))?.id
    const shown = await sessions.turn(refresh, this.#now())
    if (!shown) return undefined
    const { id: sessionId, userId, title } = shown.session
    if (shown.outcome === 'reused') {
      const detail = { session: title, from: addressOf(request) }
      const subject = `user/${(await users.byId(userId))?.name ?? userId}`
      await audit.add({
        atMs: this.#now(),
        actor: 'access',
        action: 'session-reused',
        subject,
        detail
      })
      principals.changed()
      return undefined
    }
    const next = shown.outcome === 'turned' ? shown.refresh : undefined
    give(givenCookies(request, { access: await signer().sign({ userId, sessionId }), refresh: next }))
    return sessionId
  }

  async #visitor(request: IncomingMessage): Promise<Caller | undefined> {
    const { principals, demoStreams } = this.#options
    if (!isHere(request)) return undefined
    return calling(async () => ((await principals.isSetUp()) ? undefined : visitor(demoStreams())))
  }
}

function visitor(viewing: ReadonlySet<string>): Principal {
  const operating: ReadonlySet<string> = new Set()
  return { actor: 'visitor', userId: undefined, role: 'viewer', scopes: visitorScopes, viewing, operating }
}

async function calling(again: () => Promise<Principal | undefined>, session?: string): Promise<Caller | undefined> {
  const principal = await again()
  return principal && { principal, session, again }
}
