import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'

/** What a proxy that is trusted says of a request that it passes on. */
export interface PassedOn {
  readonly address: string
  /** Undefined where it does not say. */
  readonly isEncrypted: boolean | undefined
  readonly host: string | undefined
}

/** Proxies whose word counts for where a request comes from. Of everybody else, `X-Forwarded-…` is what they made up. */
export class TrustedProxies {
  readonly #ranges = new BlockList()

  /** @param ranges addresses, or networks such as `10.0.0.0/8` */
  constructor(ranges: readonly string[] = []) {
    for (const range of ranges) {
      const [address = '', bits] = range.split('/', 2)
      const family = isIPv6(address) ? 'ipv6' : 'ipv4'
      if (bits === undefined) this.#ranges.addAddress(address, family)
      else this.#ranges.addSubnet(address, Number(bits), family)
    }
  }

  isTrusted(address: string): boolean {
    return isIP(address) !== 0 && this.#ranges.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
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

function listOf(header: string | readonly string[] | undefined): readonly string[] {
  const text = typeof header === 'string' ? header : (header ?? []).join(',')
  return text
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '')
}
