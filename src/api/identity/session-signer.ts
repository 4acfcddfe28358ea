import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import type { Seal } from '../../core/seal.ts'
import type { AccessStores } from './access-stores.ts'

/** Whose session it is. */
export interface SignedSession {
  readonly userId: string
  readonly sessionId: string
}

export interface SessionSignerOptions {
  readonly keys: AccessStores['keys']
  /** The same in every gateway of one store. */
  readonly seal: Seal
  readonly now?: () => number
}

type VerifyingKey = Awaited<ReturnType<typeof importJWK>>

interface Key {
  readonly id: string
  readonly createdMs: number
  readonly public: JWK
  readonly verifying: VerifyingKey
  readonly signing: VerifyingKey
}

/** How long one is good for: then the session is looked for in the store, and another given. */
const lifetimeSeconds = 300
/** Between machines whose clocks differ. */
const toleranceSeconds = 5
/** A new key is made this often; an old one is known until all that it signed is over. */
const rotateMs = 7 * 86_400_000
const keptMs = rotateMs + 86_400_000
/** How often keys that other gateways made are looked for; and that which nobody knows, at most. */
const readMs = 60_000
const unknownMs = 5000
const mostKnown = 5000

const issuer = 'sightline'
const audience = 'sightline-session'
const type = 'at+jwt'
const algorithm = 'EdDSA'
const purpose = 'signing-key'

/** Signs what a browser shows for some minutes (JWT, Ed25519), and knows what was signed here. */
export class SessionSigner {
  readonly #options: SessionSignerOptions
  readonly #now: () => number
  #keys: readonly Key[] = []
  #readMs = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined
  /** What was found right already, and until when. */
  readonly #known = new Map<string, SignedSession & { readonly untilMs: number }>()

  constructor(options: SessionSignerOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  async sign({ userId, sessionId }: SignedSession): Promise<string> {
    await this.#read(readMs)
    const newest = this.#keys[0]
    if (!newest || this.#now() - newest.createdMs > rotateMs) await this.#rotate()
    const key = this.#keys[0]!
    const seconds = Math.floor(this.#now() / 1000)
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: algorithm, typ: type, kid: key.id })
      .setSubject(userId)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + lifetimeSeconds)
      .sign(key.signing)
  }

  /** Undefined for everything that was not signed here, for this, and some minutes ago at most. */
  async verify(token: string): Promise<SignedSession | undefined> {
    const known = this.#known.get(token)
    if (known && this.#now() < known.untilMs) return known
    this.#known.delete(token)
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.#find(kid), {
        algorithms: [algorithm],
        typ: type,
        issuer,
        audience,
        requiredClaims: ['sub', 'sid', 'exp', 'iat'],
        clockTolerance: toleranceSeconds,
        maxTokenAge: lifetimeSeconds,
        currentDate: new Date(this.#now())
      })
      const { sub, sid, exp } = payload
      if (sub === undefined || typeof sid !== 'string' || exp === undefined) return undefined
      const found = { userId: sub, sessionId: sid, untilMs: exp * 1000 }
      if (this.#known.size >= mostKnown) this.#known.clear()
      this.#known.set(token, found)
      return found
    } catch {
      return undefined
    }
  }

  /** What others verify with (RFC 7517). */
  async publicKeys(): Promise<{ readonly keys: readonly JWK[] }> {
    await this.#read(readMs)
    return { keys: this.#keys.map(({ id, public: jwk }) => ({ ...jwk, kid: id, alg: algorithm, use: 'sig' })) }
  }

  /** Nothing that a token says of where its key is counts: only those of the store. */
  async #find(id: string | undefined): Promise<VerifyingKey> {
    const find = () => this.#keys.find(key => key.id === id)?.verifying
    await this.#read(readMs)
    const found = find() ?? (await this.#read(unknownMs).then(find))
    if (found) return found
    throw new Error('A key that is not ours.')
  }

  /** Reads the keys where they are older. */
  async #read(atMostMs: number): Promise<void> {
    if (this.#now() - this.#readMs < atMostMs) return
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined
    })
    await this.#reading
  }

  async #readAll(): Promise<void> {
    const { keys, seal } = this.#options
    const known = new Map(this.#keys.map(key => [key.id, key]))
    const read = (await keys.all()).map(async stored => {
      if (known.has(stored.id)) return known.get(stored.id)
      const text = seal.open(stored.sealed, purpose)
      // Of another seal: whoever wrote it is not one of us.
      if (text === undefined) return undefined
      const [secret, open] = [JSON.parse(text) as JWK, JSON.parse(stored.public) as JWK]
      const [signing, verifying] = await Promise.all([importJWK(secret, algorithm), importJWK(open, algorithm)])
      return { id: stored.id, createdMs: stored.createdMs, public: open, signing, verifying } as Key
    })
    this.#keys = (await Promise.all(read)).filter(key => key !== undefined)
    this.#readMs = this.#now()
  }

  async #rotate(): Promise<void> {
    const { keys, seal } = this.#options
    const nowMs = this.#now()
    const made = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true })
    const [secret, open] = await Promise.all([exportJWK(made.privateKey), exportJWK(made.publicKey)])
    const sealed = seal.close(JSON.stringify(secret), purpose)
    await keys.add({ id: crypto.randomUUID(), public: JSON.stringify(open), sealed, createdMs: nowMs })
    await keys.removeBefore(nowMs - keptMs)
    this.#readMs = Number.NEGATIVE_INFINITY
    await this.#read(0)
  }
}
