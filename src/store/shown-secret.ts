import { createHash, randomBytes, randomUUID } from 'node:crypto'

const secretBytes = 32

/** What somebody shows to be known by. @param prefix by which scanners of source code know it when they see it: `slt_` */
export function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(secretBytes).toString('base64url')}`
}

/** Its SHA-256, which is all that is kept: nobody can show that. Guessing 32 random bytes needs no slow hash. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** One more of what is shown: what its row is known by, and the secret, which nobody can read again. */
export function issued(prefix: string): { readonly id: string; readonly secret: string; readonly digest: string } {
  const secret = newSecret(prefix)
  return { id: randomUUID(), secret, digest: digestOf(secret) }
}

const longestSecret = 128

/** The digest to look for; undefined for what is none of these, whoever shows it. */
export function soughtDigest(prefix: string, shown: string): string | undefined {
  return shown.startsWith(prefix) && shown.length <= longestSecret ? digestOf(shown) : undefined
}
