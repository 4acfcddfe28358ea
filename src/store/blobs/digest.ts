import { SightlineError } from '../../core/errors.ts'

const digestShape = /^[0-9a-f]{64}$/

export function isDigest(text: string): boolean {
  return digestShape.test(text)
}

/**
 * What becomes part of a path or key has passed here.
 * @throws SL_BLOB_DIGEST
 */
export function checkedDigest(text: string): string {
  if (typeof text === 'string' && isDigest(text)) return text
  throw new SightlineError(
    'SL_BLOB_DIGEST',
    `${JSON.stringify(String(text).slice(0, 80))} is no digest of a blob. Give a SHA-256 as 64 lower-case hexadecimal digits.`
  )
}

/** Folders that a digest lies in, on disk and in a bucket: 65,536 of them, so that none grows large. */
export function foldersOf(digest: string): readonly [string, string] {
  return [digest.slice(0, 2), digest.slice(2, 4)]
}

const mediaType =
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(; ?[a-z0-9-]{1,64}=[a-z0-9!#$&^_.+-]{1,126}){0,4}$/i

/**
 * A media type of RFC 9110 §8.3.1, which may become a header's value.
 * @throws SL_BLOB_NAME
 */
export function checkedContentType(text = 'application/octet-stream'): string {
  if (mediaType.test(text)) return text.toLowerCase()
  throw new SightlineError(
    'SL_BLOB_NAME',
    `${JSON.stringify(text.slice(0, 80))} is no media type. Give one such as image/jpeg.`
  )
}
