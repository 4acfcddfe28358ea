import type { IncomingMessage } from 'node:http'
import { mayReach } from '../../access/access-rule.ts'
import type { Principal, Scope } from '../../access/principal.ts'
import type { ShareLink } from '../../store/share-links.ts'
import type { Caller } from '../callers.ts'
import { isEncrypted } from '../request-origin.ts'
import type { AccessStores } from './access-stores.ts'
import { Fresh } from './fresh.ts'
import type { Principals } from './principals.ts'

/** Below it, whoever has a link is all that anybody can be. */
const home = '/api/v1/shared/'
const place = /^\/api\/v1\/shared\/([0-9a-f-]{36})(?=[/?]|$)/
/** What is of no such form is not even looked up. */
const secretForm = /^sll_[\w-]{43}$/
const freshMs = 1000
const reading: ReadonlySet<Scope> = new Set(['recordings:read'])
const nothing: ReadonlySet<string> = new Set()

/** Who shows the secret of the link `id`. No stream is granted to them: what they see is the link's recording, by its own routes. */
export function shareReader(id: string): Principal {
  return {
    actor: `share-link:${id}`,
    userId: undefined,
    role: 'viewer',
    scopes: reading,
    viewing: nothing,
    operating: nothing
  }
}

const methods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'POST'])

/** False for a method that nothing shared has: it leads nowhere, which anybody is told as usual. */
export function mayBeShared({ method }: Pick<IncomingMessage, 'method'>): boolean {
  return methods.has(method)
}

/** True for what is asked by who has a link, and by nobody else. */
export function isShared({ url = '' }: Pick<IncomingMessage, 'url'>): boolean {
  return url.startsWith(home)
}

/**
 * Whoever has a link is known by its secret, below the link's own address and nowhere else; whoever is signed in is a stranger
 * there. A link is good for no more than who made it may do still.
 */
export class ShareReaders {
  readonly #principals: Principals
  readonly #now: () => number
  readonly #links: Fresh<ShareLink | undefined>

  /** @param stores throws SL_STORE_UNAVAILABLE until the store is open */
  constructor(stores: () => AccessStores, principals: Principals, now: () => number = Date.now) {
    this.#principals = principals
    this.#now = now
    // Ids are of one length.
    this.#links = new Fresh(key => stores().shareLinks.find(key.slice(0, 36), key.slice(36), now()), freshMs)
    principals.onChange(() => this.#links.forget())
  }

  async who(request: IncomingMessage): Promise<Caller | undefined> {
    const [, id] = place.exec(request.url ?? '') ?? []
    const secret = shownSecret(request)
    if (id === undefined || secret === undefined) return undefined
    const again = async () => ((await this.link(id, secret)) ? shareReader(id) : undefined)
    const principal = await again()
    return principal && { principal, again }
  }

  /** Undefined for a link that has ended or was revoked, and while who made it may not share the recording themselves. */
  async link(id: string, secret: string): Promise<ShareLink | undefined> {
    const link = secretForm.test(secret) ? await this.#links.get(id + secret) : undefined
    if (!link || link.expiresMs <= this.#now()) return undefined
    const maker = await this.#principals.ofUser(link.userId)
    return maker && mayReach(maker, 'operate', link.stream) === 'pass' ? link : undefined
  }
}

/** The header that gives a browser what it shows below the link's address, and nowhere else. */
export function givenSecret(request: IncomingMessage, id: string, secret: string, forMs: number): string {
  const seconds = Math.max(0, Math.floor(forMs / 1000))
  const secure = isEncrypted(request) ? '; Secure' : ''
  return `${cookieName(request)}=${secret}; Path=${home}${id}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
}

function shownSecret(request: IncomingMessage): string | undefined {
  const start = `${cookieName(request)}=`
  const pairs = (request.headers.cookie ?? '').split(';').map(pair => pair.trim())
  return pairs.find(pair => pair.startsWith(start))?.slice(start.length)
}

/** Whoever can change what is not encrypted cannot give a browser one of the other name. */
function cookieName(request: IncomingMessage): string {
  return isEncrypted(request) ? '__Secure-sightline-share' : 'sightline-share'
}
