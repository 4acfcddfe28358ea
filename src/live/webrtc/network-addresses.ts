import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { WebrtcSettings } from './webrtc-settings.ts'

/** Addresses of this machine that peers are told of, the best first. */
export function ownAddresses({ everywhere, interfaces }: WebrtcSettings): readonly string[] {
  if (!everywhere) return ['127.0.0.1']
  const all = Object.entries(networkInterfaces()).flatMap(([name, list = []]) =>
    list.map(({ address, internal }) => ({ name, address, internal }))
  )
  const told = all.filter(({ name, address }) =>
    interfaces.length > 0
      ? interfaces.includes(name) || interfaces.includes(address)
      : // An address of the link alone is of no use without the name of the link at the other end.
        !address.toLowerCase().startsWith('fe80:') && !address.startsWith('169.254.')
  )
  const reachable = interfaces.length > 0 ? told : told.filter(({ internal }) => !internal)
  const addresses = (reachable.length > 0 ? reachable : told).map(({ address }) => address)
  return [...new Set(addresses)].sort((a, b) => Number(isIPv6(a)) - Number(isIPv6(b)))
}
