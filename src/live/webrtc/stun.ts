import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { type Place, placeBytes, readPlace } from './place.ts'

/** What a message is: its method is always Binding (RFC 8489 §5). */
export const stunTypes = { request: 0x0001, success: 0x0101, failure: 0x0111 } as const

/** New names for the 12 bytes that an answer has in common with its question. */
export function newTransaction(): string {
  return randomBytes(12).toString('hex')
}

/** Attributes that ICE uses (RFC 8489 §18.3, RFC 8445 §16.1). */
export const stunAttributes = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  mappedPlace: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  controlled: 0x8029,
  controlling: 0x802a
} as const

const cookie = 0x2112a442
const headBytes = 20
const fingerprintMask = 0x5354554e
/** ICE's own messages have about 100 bytes and a dozen attributes at most. */
const mostAttributes = 32

export interface StunMessage {
  readonly type: number
  /** 12 bytes, as hexadecimal digits. */
  readonly transaction: string
  readonly attributes: ReadonlyMap<number, Buffer>
  /** Where the integrity attribute begins: it covers what is before. Undefined where there is none. */
  readonly integrityAt: number | undefined
}

/** The first bytes of STUN, DTLS and RTP never meet (RFC 7983). */
export function isStun(bytes: Buffer): boolean {
  return bytes.length >= headBytes && bytes[0]! < 4 && bytes.readUInt32BE(4) === cookie
}

/** Reads a message; undefined for what is none. What comes behind its integrity attribute is not believed. */
export function readStun(bytes: Buffer): StunMessage | undefined {
  if (!isStun(bytes) || bytes.readUInt16BE(2) !== bytes.length - headBytes) return undefined
  const attributes = new Map<number, Buffer>()
  let integrityAt: number | undefined
  for (let at = headBytes; at < bytes.length; ) {
    if (at + 4 > bytes.length || attributes.size >= mostAttributes) return undefined
    const type = bytes.readUInt16BE(at)
    const end = at + 4 + bytes.readUInt16BE(at + 2)
    if (end > bytes.length) return undefined
    if (integrityAt === undefined || type === stunAttributes.fingerprint)
      attributes.set(type, bytes.subarray(at + 4, end))
    if (type === stunAttributes.integrity) integrityAt ??= at
    at = end + ((4 - (end & 3)) & 3)
  }
  return { type: bytes.readUInt16BE(0), transaction: bytes.toString('hex', 8, headBytes), attributes, integrityAt }
}

/** Whether whoever wrote the message knew `password`, or the key that was made of one (RFC 8489 §14.5). */
export function isGenuine(bytes: Buffer, message: StunMessage, password: string | Buffer): boolean {
  const digest = message.attributes.get(stunAttributes.integrity)
  if (message.integrityAt === undefined || digest?.length !== 20) return false
  return timingSafeEqual(digest, integrityOf(bytes.subarray(0, message.integrityAt), password))
}

/** Writes a message; with a password it is signed, and carries a fingerprint. */
export function writeStun(
  type: number,
  transaction: string,
  attributes: readonly (readonly [number, Buffer])[],
  password?: string | Buffer
): Buffer {
  const head = Buffer.alloc(headBytes)
  head.writeUInt16BE(type, 0)
  head.writeUInt32BE(cookie, 4)
  head.write(transaction, 8, 'hex')
  const parts = [head, ...attributes.flatMap(([name, value]) => attribute(name, value))]
  let bytes = Buffer.concat(parts)
  if (password !== undefined) {
    const digest = integrityOf(bytes, password)
    bytes = Buffer.concat([bytes, ...attribute(stunAttributes.integrity, digest)])
    const sum = Buffer.alloc(4)
    bytes.writeUInt16BE(bytes.length - headBytes + 8, 2)
    sum.writeUInt32BE((crc32(bytes) ^ fingerprintMask) >>> 0)
    bytes = Buffer.concat([bytes, ...attribute(stunAttributes.fingerprint, sum)])
  }
  bytes.writeUInt16BE(bytes.length - headBytes, 2)
  return bytes
}

/** The place that a server saw a message come from, its bits turned so that no relay on the way rewrites it (§14.2). */
export function mappedPlace(place: Place, transaction: string): Buffer {
  return turned(placeBytes(place), transaction)
}

export function readMappedPlace(message: StunMessage, name: number = stunAttributes.mappedPlace): Place | undefined {
  const bytes = message.attributes.get(name)
  return bytes && readPlace(turned(bytes, message.transaction))
}

/** The number at the beginning of an attribute; undefined where there is none. */
export function stunNumber(message: StunMessage, name: number): number | undefined {
  const bytes = message.attributes.get(name)
  return bytes && bytes.length >= 4 ? bytes.readUInt32BE(0) : undefined
}

/** Digest of everything before the attribute, the length in the head counting the attribute too. */
function integrityOf(before: Buffer, password: string | Buffer): Buffer {
  const head = Buffer.from(before.subarray(0, 4))
  head.writeUInt16BE(before.length - headBytes + 24, 2)
  return createHmac('sha1', password).update(head).update(before.subarray(4)).digest()
}

function attribute(name: number, value: Buffer): Buffer[] {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(name, 0)
  head.writeUInt16BE(value.length, 2)
  return [head, value, Buffer.alloc((4 - (value.length & 3)) & 3)]
}

function turned(bytes: Buffer, transaction: string): Buffer {
  const mask = Buffer.alloc(headBytes)
  mask.writeUInt16BE(cookie >>> 16, 2)
  mask.writeUInt32BE(cookie, 4)
  mask.write(transaction, 8, 'hex')
  return Buffer.from(bytes.map((byte, index) => byte ^ (mask[index] ?? 0)))
}
