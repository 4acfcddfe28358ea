import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { SightlineError } from '../core/errors.ts'
import { isEncrypted } from './request-origin.ts'

const minLetters = 20
/** How long a browser that showed the token once need not show it again. */
const cookieSeconds = 30 * 24 * 3600

/** What a request shows to be let in. `digest` tells one from another without being of use to anybody. */
export interface Shown {
  readonly isRight: boolean
  readonly digest: string
  /** True for a cookie, which its browser repeats until it is taken away. */
  readonly isCookie: boolean
}

/**
 * The one secret that lets in whoever shows it: as `Authorization: Bearer …`, or once in the address of a browser, which
 * then gets a cookie. The cookie is not the token but made from it: another token, and no cookie is worth anything.
 */
export class AccessToken {
  readonly #token: Buffer
  readonly #cookie: Buffer
  readonly #cookieText: string

  /** Throws SL_TOKEN_INVALID for one that could be guessed or could not be sent. */
  constructor(token: string) {
    if (token.length < minLetters || !/^[\x21-\x7e]*$/.test(token))
      throw new SightlineError(
        'SL_TOKEN_INVALID',
        `The access token has to have at least ${minLetters} letters, digits or signs, and no spaces: take the output of \`openssl rand -hex 24\`.`
      )
    this.#token = digestOf(token)
    this.#cookieText = createHmac('sha256', token).update('sightline access cookie, first form').digest('base64url')
    this.#cookie = digestOf(this.#cookieText)
  }

  /** What `request` shows in its headers; undefined for nothing. */
  shownBy(request: IncomingMessage): Shown | undefined {
    const [, bearer] = /^bearer +(.+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (bearer !== undefined) return this.shown(bearer)
    const cookie = cookieOf(request)
    return cookie === undefined ? undefined : shown(cookie, this.#cookie, true)
  }

  /** The same of a token that came some other way. */
  shown(token: string): Shown {
    return shown(token, this.#token, false)
  }

  /** The header that gives a browser its cookie. */
  grant(request: IncomingMessage): string {
    return cookie(request, this.#cookieText, cookieSeconds)
  }

  /** The header that takes it away. */
  revoke(request: IncomingMessage): string {
    return cookie(request, '', 0)
  }
}

function cookie(request: IncomingMessage, value: string, seconds: number): string {
  const secure = isEncrypted(request) ? '; Secure' : ''
  return `${cookieName(request)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
}

/** Cookies know no ports: with one name, whoever can change what is not encrypted could replace the one that is. */
function cookieName(request: IncomingMessage): string {
  return isEncrypted(request) ? '__Host-sightline' : 'sightline'
}

function cookieOf(request: IncomingMessage): string | undefined {
  const start = `${cookieName(request)}=`
  const pairs = (request.headers.cookie ?? '').split(';').map(pair => pair.trim())
  return pairs.find(pair => pair.startsWith(start))?.slice(start.length)
}

/** Of digests, comparing takes as long whatever is in them, and however long what was shown is. */
function shown(value: string, right: Buffer, isCookie: boolean): Shown {
  const digest = digestOf(value)
  return { isRight: timingSafeEqual(digest, right), digest: digest.toString('base64url'), isCookie }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
