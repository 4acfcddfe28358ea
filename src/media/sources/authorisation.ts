import { createHash, randomBytes } from 'node:crypto'
import { type Challenge, readChallenges } from './challenges.ts'
import type { Credentials } from './source-address.ts'

interface Digest {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | undefined
  /** As the server wrote it, for the answer. */
  readonly algorithm: string | undefined
  readonly hash: 'sha256' | 'md5'
  readonly hasQop: boolean
  /** The password is hashed together with both nonces. */
  readonly isSession: boolean
  /** Our own nonce; one for all requests of a challenge, because a session's hash contains it. */
  readonly cnonce: string
}

/** Answers a server's challenges: digest (RFC 7616, and RFC 2069 as cameras still speak it) before basic (RFC 7617). */
export class Authorisation {
  readonly #credentials: Credentials
  readonly #newNonce: () => string
  #answer: Digest | 'basic' | undefined
  #uses = 0

  constructor(credentials: Credentials, newNonce: () => string = () => randomBytes(16).toString('hex')) {
    this.#credentials = credentials
    this.#newNonce = newNonce
  }

  /** Takes note of a 401's `WWW-Authenticate`; false where it asks for nothing that is spoken here. */
  hear(header: string): boolean {
    const challenges = readChallenges(header)
    const digests = challenges
      .map(challenge => readDigest(challenge, this.#newNonce))
      .filter(found => found !== undefined)
    const hasBasic = challenges.some(({ scheme }) => scheme === 'basic')
    // The strongest first.
    this.#answer = digests.find(({ hash }) => hash === 'sha256') ?? digests[0] ?? (hasBasic ? 'basic' : undefined)
    this.#uses = 0
    return this.#answer !== undefined
  }

  /** Value of the header `Authorization`; undefined before the first challenge. */
  header(method: string, uri: string): string | undefined {
    if (this.#answer === undefined) return undefined
    if (this.#answer !== 'basic') return this.#digest(this.#answer, method, uri)
    const { username, password } = this.#credentials
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  }

  #digest({ realm, nonce, opaque, algorithm, hash, hasQop, isSession, cnonce }: Digest, method: string, uri: string) {
    const { username, password } = this.#credentials
    const hashed = (...parts: string[]) => createHash(hash).update(parts.join(':')).digest('hex')
    const count = (++this.#uses).toString(16).padStart(8, '0')
    const secret = hashed(username, realm, password)
    const who = isSession ? hashed(secret, nonce, cnonce) : secret
    const what = hashed(method, uri)
    const response = hasQop ? hashed(who, nonce, count, cnonce, 'auth', what) : hashed(who, nonce, what)
    const parts = [
      ...[`username=${quoted(username)}`, `realm=${quoted(realm)}`, `nonce=${quoted(nonce)}`, `uri=${quoted(uri)}`],
      `response="${response}"`,
      ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
      ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
      ...(hasQop ? ['qop=auth', `nc=${count}`] : []),
      ...(hasQop || isSession ? [`cnonce="${cnonce}"`] : [])
    ]
    return `Digest ${parts.join(', ')}`
  }
}

function readDigest({ scheme, parameters }: Challenge, newNonce: () => string): Digest | undefined {
  const [realm, nonce, algorithm] = ['realm', 'nonce', 'algorithm'].map(name => parameters.get(name))
  const [, name, session] = /^(md5|sha-256)(-sess)?$/i.exec(algorithm ?? 'MD5') ?? []
  if (scheme !== 'digest' || realm === undefined || nonce === undefined || name === undefined) return undefined
  return {
    realm,
    nonce,
    opaque: parameters.get('opaque'),
    algorithm,
    hash: /^md5$/i.test(name) ? 'md5' : 'sha256',
    hasQop: (parameters.get('qop') ?? '').split(/[\s,]+/).includes('auth'),
    isSession: session !== undefined,
    cnonce: newNonce()
  }
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
