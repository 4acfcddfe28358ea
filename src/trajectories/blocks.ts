import { crc32 } from './crc32.ts'
import { blockHeadBytes, maxPayloadBytes } from './format.ts'

/** What stands before a payload. */
export interface BlockHead {
  readonly kind: number
  readonly payloadBytes: number
  readonly checksum: number
}

/** The twelve bytes before a payload: kind, length, and the checksum of both and the payload. */
export function blockHead(kind: number, payload: Uint8Array): Uint8Array {
  const head = new Uint8Array(blockHeadBytes)
  const fields = new DataView(head.buffer)
  fields.setUint32(0, kind, true)
  fields.setUint32(4, payload.length, true)
  fields.setUint32(8, checksum(head, payload), true)
  return head
}

/** Undefined for bytes that are no block's head. */
export function readBlockHead(bytes: Uint8Array, at = 0): BlockHead | undefined {
  if (bytes.length < at + blockHeadBytes) return undefined
  const fields = new DataView(bytes.buffer, bytes.byteOffset + at, blockHeadBytes)
  const [kind, payloadBytes, sum] = [fields.getUint32(0, true), fields.getUint32(4, true), fields.getUint32(8, true)]
  return payloadBytes > maxPayloadBytes ? undefined : { kind, payloadBytes, checksum: sum }
}

/** `head` is the whole of it, as it was read. */
export function isIntact(head: Uint8Array, payload: Uint8Array): boolean {
  return readBlockHead(head)?.checksum === checksum(head, payload)
}

function checksum(head: Uint8Array, payload: Uint8Array): number {
  return crc32(payload, 0, payload.length, crc32(head, 0, 8))
}
