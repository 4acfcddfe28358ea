import { createHmac, timingSafeEqual } from 'node:crypto'
import { SightlineError } from '../../core/errors.ts'
import { checkedName } from './blob-name.ts'
import type { LinkOptions } from './blob-store.ts'
import { checkedContentType, checkedDigest } from './digest.ts'
import { type LinkKeys, maxLinkMs } from './link-keys.ts'

/** What a link that holds allows. */
export interface VerifiedLink {
  readonly digest: string
  readonly expiresMs: number
  readonly fileName?: string
  readonly contentType?: string
}

/**
 * Links to blobs that need no login: digest, expiry, name and type, signed with HMAC-SHA-256 over all of them. Whoever
 * has one may read that blob until it expires, and can change nothing about it.
 */
export class SignedLinks {
  readonly #keys: LinkKeys
  readonly #base: string

  constructor(keys: LinkKeys, base = '/api/v1/blobs') {
    this.#keys = keys
    this.#base = base
  }

  /** @throws SL_BLOB_LINK, SL_BLOB_DIGEST, SL_BLOB_NAME */
  async sign(digest: string, options: LinkOptions, nowMs = Date.now()): Promise<string> {
    const { expiresMs, fileName, contentType } = checkedLink(options)
    const link = { digest: checkedDigest(digest), expiresMs: Math.ceil(nowMs + expiresMs), fileName, contentType }
    const { id, key } = await this.#keys.current(nowMs)
    const query = new URLSearchParams({ expires: String(link.expiresMs), key: id })
    if (fileName !== undefined) query.set('name', fileName)
    if (contentType !== undefined) query.set('type', contentType)
    query.set('signature', signatureOf(key, id, link))
    return `${this.#base}/${digest}?${query}`
  }

  /**
   * What `digest` and the query of a request's address allow. Takes as long for a wrong signature as for a right one.
   * @throws SL_BLOB_LINK when it has expired, or is not as it was signed
   */
  verify(digest: string, query: URLSearchParams, nowMs = Date.now()): VerifiedLink {
    const names = [...query.keys()]
    const key = this.#keys.find(query.get('key') ?? '')
    const expiresMs = Number(query.get('expires'))
    const given = Buffer.from(query.get('signature') ?? '')
    const link = {
      digest,
      expiresMs,
      fileName: query.get('name') ?? undefined,
      contentType: query.get('type') ?? undefined
    }
    // A name given twice could be read one way here and another way elsewhere.
    if (!key || new Set(names).size !== names.length || query.get('expires') !== String(expiresMs)) throw refused()
    const right = Buffer.from(signatureOf(key.key, key.id, link))
    if (given.length !== right.length || !timingSafeEqual(given, right)) throw refused()
    if (expiresMs <= nowMs)
      throw new SightlineError(
        'SL_BLOB_LINK',
        `The link expired at ${new Date(expiresMs).toISOString()}. Ask for a new one.`
      )
    const { fileName, contentType } = link
    return {
      digest: checkedDigest(digest),
      expiresMs,
      ...(fileName === undefined ? {} : { fileName }),
      ...(contentType === undefined ? {} : { contentType })
    }
  }
}

/**
 * Options whose values may stand in a link, on disk and on S3.
 * @throws SL_BLOB_LINK, SL_BLOB_NAME
 */
export function checkedLink({ expiresMs, fileName, contentType }: LinkOptions): LinkOptions {
  if (!(expiresMs >= 1_000 && expiresMs <= maxLinkMs))
    throw new SightlineError(
      'SL_BLOB_LINK',
      `A link cannot work for ${expiresMs} ms. Give between 1000 and ${maxLinkMs} (7 days).`
    )
  return {
    expiresMs,
    ...(fileName === undefined ? {} : { fileName: checkedName(fileName) }),
    ...(contentType === undefined ? {} : { contentType: checkedContentType(contentType) })
  }
}

interface SignedFacts {
  readonly digest: string
  readonly expiresMs: number
  readonly fileName: string | undefined
  readonly contentType: string | undefined
}

function signatureOf(key: Uint8Array, id: string, { digest, expiresMs, fileName, contentType }: SignedFacts): string {
  // As JSON, because no two different links are the same text in it.
  const signed = JSON.stringify(['blob-link-1', id, digest, expiresMs, fileName ?? null, contentType ?? null])
  return createHmac('sha256', key).update(signed).digest('base64url')
}

function refused(): SightlineError {
  return new SightlineError('SL_BLOB_LINK', 'The link is not one that was given out here. Ask for a new one.')
}
