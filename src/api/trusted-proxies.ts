import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { SightlineError } from '../core/errors.ts'

/** What a proxy that is trusted says of a request that it passes on. */
export interface PassedOn {
  readonly address: string
  /** Undefined where it does not say. */
  readonly isEncrypted: boolean | undefined
  readonly host: string | undefined
}

/** Proxies whose word counts for where a request comes from. Of everybody else, `X-Forwarded-…` is what they made up. */
export class TrustedProxies {
  #ranges: BlockList
  #isNobody: boolean
  /** What was found of addresses: looking one up takes longer than all else that is asked of it. */
  readonly #known = new Map<string, boolean>()

  /** @param ranges addresses, or networks such as `10.0.0.0/8` @throws SL_CONFIG_INVALID for what is none */
  constructor(ranges: readonly string[] = []) {
    this.#ranges = listed(ranges)
    this.#isNobody = ranges.length === 0
  }

  /** These, and no others, from now on. @throws SL_CONFIG_INVALID, and then those before stay */
  follow(ranges: readonly string[]): void {
    this.#ranges = listed(ranges)
    this.#isNobody = ranges.length === 0
    this.#known.clear()
  }

  isTrusted(address: string): boolean {
    if (this.#isNobody) return false
    const known = this.#known.get(address)
    if (known !== undefined) return known
    const isTrusted = isIP(address) !== 0 && this.#ranges.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
    if (this.#known.size >= mostKnown) this.#known.clear()
    this.#known.set(address, isTrusted)
    return isTrusted
  }

  /** Undefined for what comes from no proxy that is trusted. */
  passedOn({ headers, socket }: IncomingMessage): PassedOn | undefined {
    if (!this.isTrusted(socket.remoteAddress ?? '')) return undefined
    const chain = listOf(headers['x-forwarded-for'])
    // Each proxy adds whom it heard: the last one that is no proxy of ours is who asked, whatever stands before.
    const first = chain.findLast(each => !this.isTrusted(each)) ?? chain[0] ?? ''
    const address = isIP(first) === 0 ? (socket.remoteAddress ?? '') : first
    const scheme = listOf(headers['x-forwarded-proto']).at(-1)?.toLowerCase()
    const isEncrypted = scheme === undefined ? undefined : scheme === 'https' || scheme === 'wss'
    return { address, isEncrypted, host: listOf(headers['x-forwarded-host']).at(-1) }
  }
}

/** About 100 bytes each. Whoever comes from more addresses has them looked up again. */
const mostKnown = 2000

function listed(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/', 2)
    if (isIP(address) === 0)
      throw new SightlineError('SL_CONFIG_INVALID', `${range} is no address or network: write 10.0.0.2 or 10.0.0.0/8.`)
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

function listOf(header: string | readonly string[] | undefined): readonly string[] {
  const text = typeof header === 'string' ? header : (header ?? []).join(',')
  return text
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '')
}
