import { createHash, randomBytes } from 'node:crypto'

const secretBytes = 32

/** What somebody shows to be known by. @param prefix by which scanners of source code know it when they see it: `slt_` */
export function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(secretBytes).toString('base64url')}`
}

/** Its SHA-256, which is all that is kept: nobody can show that. Guessing 32 random bytes needs no slow hash. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
