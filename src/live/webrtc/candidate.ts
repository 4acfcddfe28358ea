import { isIP } from 'node:net'
import type { Place } from './place.ts'

/** Ways to reach a peer, in the order in which they are preferred (RFC 8445 §5.1.2.2). */
const preferences = { host: 126, prflx: 110, srflx: 100, relay: 0 } as const

export type CandidateKind = keyof typeof preferences

/** One of our own places, as it is told to the peer (RFC 8839 §5.1). `near` is where it is seen from here. */
export function writeCandidate(kind: CandidateKind, place: Place, preference: number, near?: Place): string {
  const priority = candidatePriority(kind, preference)
  const related = near ? ` raddr ${near.address} rport ${near.port}` : ''
  return `${kind}${preference} 1 udp ${priority} ${place.address} ${place.port} typ ${kind}${related}`
}

/** `preference`: among those of one kind, the higher the better, up to 65535. */
export function candidatePriority(kind: CandidateKind, preference = 0xffff): number {
  return preferences[kind] * 2 ** 24 + preference * 2 ** 8 + 255
}

/**
 * Where a peer's candidate can be tried; undefined for what cannot be: TCP, other components, and names. Those are of
 * multicast DNS: they hide an address that the peer's own checks will come from.
 */
export function readCandidate(line: string): Place | undefined {
  const [, component, transport, , address = '', port] = line.replace(/^(a=)?candidate:/, '').split(' ', 7)
  const number = Number(port)
  if (component !== '1' || transport?.toLowerCase() !== 'udp') return undefined
  if (isIP(address) === 0 || !Number.isInteger(number) || number < 1 || number > 0xffff) return undefined
  return { address, port: number }
}
