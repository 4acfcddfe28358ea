import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/** Makes text unreadable for those without the key (AES-256-GCM). */
export class Seal {
  readonly #key: Buffer

  /** @param key 32 bytes */
  constructor(key: Buffer) {
    if (key.length !== keyBytes) throw new RangeError(`A key of a seal has ${keyBytes} bytes, not ${key.length}.`)
    this.#key = key
  }

  /** @param purpose what it is for: it opens for nothing else */
  close(text: string, purpose: string): string {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(purpose))
    const bytes = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return bytes.toString('base64url')
  }

  /** What a text is known by again, and that nobody can guess it from without the key (HMAC-SHA-256). */
  mark(text: string, purpose: string): string {
    return createHmac('sha256', this.#key).update(`${purpose}\0${text}`).digest('hex')
  }

  /** Undefined for what was sealed with another key or for another purpose, or was changed. */
  open(sealed: string, purpose: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length < nonceBytes + tagBytes) return undefined
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, nonceBytes))
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(-tagBytes))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8')
    } catch {
      return undefined
    }
  }
}
