import { hostname, networkInterfaces } from 'node:os'

/** What others may call this machine by. */
export interface MachineNames {
  readonly names: readonly string[]
  readonly addresses: readonly string[]
}

/** All that leads here: the name, the same in a local network (mDNS), every address that fits into a URL. */
export function machineNames(): MachineNames {
  const own = hostname().toLowerCase()
  const [short = ''] = own.split('.', 1)
  const names = ['localhost', own, short, `${short}.local`].filter(isName)
  const found = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  // Addresses of one link alone need the name of the interface, which no URL can have.
  const outer = found.filter(({ address, internal }) => !internal && !address.startsWith('fe80:'))
  const addresses = ['127.0.0.1', '::1', ...outer.map(({ address }) => address)]
  return { names: [...new Set(names)].sort(), addresses: [...new Set(addresses)].sort() }
}

/** A name that a certificate may be for. */
export function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(text)
}
