import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { SightlineError } from '../../core/errors.ts'

/** Who may be dialled: addresses, and networks as `10.0.0.0/8` or `fe80::/10`. */
export interface EgressRules {
  /** Where there is one, nobody else may be dialled. */
  readonly allow?: readonly string[]
  /** Goes before `allow`. */
  readonly deny?: readonly string[]
}

export type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>

/** Nobody's address leads to whoever asks: systems connect it to loopback, whatever RFC 1122 §3.2.1.3 says. */
const nobody = listOf(['0.0.0.0', '::'])
const loopback = ['127.0.0.1', '::1']

/**
 * Decides by address who may be dialled, whatever name or spelling leads to it: what was checked is what is connected to.
 * An IPv4 address in IPv6's clothes (RFC 4291 §2.5.5.2) is the IPv4 address.
 */
export class EgressGuard {
  readonly #allowed: BlockList | undefined
  readonly #denied: BlockList
  readonly #lookup: Lookup

  /** @throws SL_CONFIG_INVALID for a rule that is neither address nor network */
  constructor({ allow = [], deny = [] }: EgressRules, find: Lookup = host => lookup(host, { all: true })) {
    this.#allowed = allow.length > 0 ? listOf(allow) : undefined
    this.#denied = listOf(deny)
    this.#lookup = find
  }

  /**
   * The addresses of a host, all of which may be dialled. A host with one address that may not is refused as a whole: a
   * name that points to both sides is a trick or a mistake.
   * @throws SL_INPUT_REFUSED
   */
  async resolve(host: string): Promise<readonly string[]> {
    const addresses = (await this.#lookup(host)).map(({ address }) => address)
    const refused = addresses.find(address => !this.mayDial(address))
    if (refused !== undefined)
      throw new SightlineError(
        'SL_INPUT_REFUSED',
        `${host} has the address ${refused}, which sources.allow and sources.deny keep from being dialled.`
      )
    return addresses
  }

  /** `address` in numbers, as a look-up gives it. */
  mayDial(address: string): boolean {
    // A zone (fe80::1%eth0) says by which way, not whom.
    const bare = address.replace(/%.*$/, '')
    if (isIP(bare) === 0) return false
    return this.#passes(bare) && (!has(nobody, bare) || loopback.every(address => this.#passes(address)))
  }

  #passes(address: string): boolean {
    return !has(this.#denied, address) && (this.#allowed === undefined || has(this.#allowed, address))
  }
}

function has(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function listOf(rules: readonly string[]): BlockList {
  const list = new BlockList()
  for (const rule of rules) {
    const [address = '', prefix] = rule.split('/')
    const family = isIP(address)
    const most = family === 6 ? 128 : 32
    const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
    if (family === 0 || !(bits <= most))
      throw new SightlineError(
        'SL_CONFIG_INVALID',
        `${JSON.stringify(rule)} is no address and no network: write 192.168.1.7, 10.0.0.0/8 or fe80::/10.`
      )
    list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
