import { lookup } from 'node:dns/promises'
import { isIP, isIPv4 } from 'node:net'

/** Where datagrams come from and go to. */
export interface Place {
  /** IPv4, or IPv6 in the form that Node writes. */
  readonly address: string
  readonly port: number
}

const ipv4Family = 1
const ipv6Family = 2
/** How a socket for both families names those of IPv4. */
const mappedPrefix = '::ffff:'
/** Look-ups that are under way, by host. While name servers say nothing each takes a thread, of four that files are read by, too. */
const lookUps = new Map<string, Promise<string>>()

export function placeKey({ address, port }: Place): string {
  return `${address} ${port}`
}

/** Looks up a server: `host:port`, the port being STUN's where none is given. */
export async function placeOf(server: string): Promise<Place> {
  const [host = '', port = '3478'] = server.split(':')
  const address = isIPv4(host) ? host : await addressOf(host)
  return { address, port: Number(port) }
}

function addressOf(host: string): Promise<string> {
  const known = lookUps.get(host)
  if (known) return known
  const asked = lookup(host, { family: 4 })
    .then(({ address }) => address)
    .finally(() => lookUps.delete(host))
  lookUps.set(host, asked)
  return asked
}

/** IPv4 as itself, where a socket for both families wrapped it. */
export function plainAddress(address: string): string {
  const unwrapped = address.toLowerCase().startsWith(mappedPrefix) ? address.slice(mappedPrefix.length) : ''
  return isIPv4(unwrapped) ? unwrapped : (address.split('%')[0] ?? address)
}

/** STUN's form: a zero, the family, the port, the address (RFC 8489 §14.1). */
export function placeBytes({ address, port }: Place): Buffer {
  const parts = isIPv4(address) ? ipv4Bytes(address) : ipv6Bytes(address)
  const head = Buffer.from([0, isIPv4(address) ? ipv4Family : ipv6Family, port >> 8, port & 0xff])
  return Buffer.concat([head, parts])
}

export function readPlace(bytes: Buffer): Place | undefined {
  const family = bytes[1]
  if (family === ipv4Family && bytes.length === 8)
    return { address: bytes.subarray(4).join('.'), port: bytes.readUInt16BE(2) }
  if (family !== ipv6Family || bytes.length !== 20) return undefined
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(4 + 2 * index).toString(16))
  return { address: groups.join(':'), port: bytes.readUInt16BE(2) }
}

function ipv4Bytes(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number))
}

function ipv6Bytes(address: string): Buffer {
  const bytes = Buffer.alloc(16)
  if (isIP(address) !== 6) return bytes
  const [left = '', right] = address.split('::')
  const before = left === '' ? [] : left.split(':')
  const after = right === undefined || right === '' ? [] : right.split(':')
  before.forEach((group, index) => {
    bytes.writeUInt16BE(Number.parseInt(group, 16), 2 * index)
  })
  after.forEach((group, index) => {
    bytes.writeUInt16BE(Number.parseInt(group, 16), 16 - 2 * (after.length - index))
  })
  return bytes
}
