import { BlockList, isIPv6 } from 'node:net'
import { Extension } from '@peculiar/x509'
import type { MachineNames } from './machine-names.ts'

/** Networks that belong to nobody in particular: at home, at work, in a tunnel. */
const privateNetworks = [
  ...['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  ...['::1/128', 'fc00::/7', 'fe80::/10']
]
/** Endings that no public authority vouches for either. */
const privateEndings = ['local', 'localhost', 'internal', 'lan', 'home.arpa']

/** What an authority may vouch for. */
export interface NameConstraints {
  /** A name stands for all that end with it, too. */
  readonly names: readonly string[]
  readonly networks: readonly string[]
}

/** This machine and private networks: stolen, the authority's key is of no use against anybody's bank. */
export function constraintsFor({ names, addresses }: MachineNames): NameConstraints {
  const outside = addresses.filter(address => !isAddressWithin(address, privateNetworks))
  const networks = [...privateNetworks, ...outside.map(address => `${address}/${isIPv6(address) ? 128 : 32}`)]
  return { names: [...new Set([...privateEndings, ...names])], networks }
}

/** What of it an authority with these constraints may vouch for. */
export function within({ names, addresses }: MachineNames, constraints: NameConstraints): MachineNames {
  return {
    names: names.filter(name => constraints.names.some(end => name === end || name.endsWith(`.${end}`))),
    addresses: addresses.filter(address => isAddressWithin(address, constraints.networks))
  }
}

/** The extension of RFC 5280, 4.2.1.10: critical, and permitted subtrees alone. */
export function nameConstraintsExtension({ names, networks }: NameConstraints): Extension {
  const subtrees = [
    ...names.map(name => tagged(0x82, Buffer.from(name, 'ascii'))),
    ...networks.map(network => tagged(0x87, subnetBytes(network)))
  ]
  const permitted = tagged(0xa0, ...subtrees.map(base => tagged(0x30, base)))
  return new Extension('2.5.29.30', true, tagged(0x30, permitted))
}

function isAddressWithin(address: string, networks: readonly string[]): boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [base = '', bits] = network.split('/')
    list.addSubnet(base, Number(bits), isIPv6(base) ? 'ipv6' : 'ipv4')
  }
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** An address and its mask, one after the other. */
function subnetBytes(network: string): Buffer {
  const [base = '', bits] = network.split('/')
  const address = addressBytes(base)
  const mask = address.map((_, index) => 0xff00 >> Math.min(8, Math.max(0, Number(bits) - index * 8)))
  return Buffer.concat([address, mask])
}

function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number))
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1) // Without an IPv4 address at its end.
  const [head = '', tail] = canonical.split('::')
  const words = (part: string) => part.split(':').filter(word => word !== '')
  const [before, after] = [words(head), words(tail ?? '')]
  const zeros = Array<string>(8 - before.length - after.length).fill('0')
  const all = [...before, ...zeros, ...after].map(word => word.padStart(4, '0'))
  return Buffer.from(all.join(''), 'hex')
}

/** DER: a tag, the length of what follows, and that. */
function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content])
  const bytes = length < 256 ? [length] : [length >> 8, length & 255] // Nothing here is longer than 64 KiB.
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length, ...bytes]), content])
}
