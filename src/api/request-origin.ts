import type { IncomingMessage } from 'node:http'
import { BlockList, isIPv6 } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { PassedOn, TrustedProxies } from './trusted-proxies.ts'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** True for an address of this machine that no other can reach. */
export function isLoopback(address: string): boolean {
  if (address === '127.0.0.1' || address === '::1') return true
  return loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') // Finds ::ffff:127.0.0.1 too.
}

/** What trusted proxies said of requests, for as long as these are looked at. */
const passedOnOf = new WeakMap<IncomingMessage, PassedOn>()

/** To be called before anything else is asked of a request. */
export function arrived(request: IncomingMessage, proxies: TrustedProxies): void {
  const passedOn = proxies.passedOn(request)
  if (passedOn) passedOnOf.set(request, passedOn)
}

/** Whoever asks; behind a proxy that is not trusted, the proxy. */
export function addressOf(request: IncomingMessage): string {
  return passedOnOf.get(request)?.address ?? request.socket.remoteAddress ?? ''
}

/** True for a connection that nobody on the way can read. */
export function isEncrypted(request: IncomingMessage): boolean {
  return passedOnOf.get(request)?.isEncrypted ?? (request.socket as Partial<TLSSocket>).encrypted === true
}

/**
 * True for HTTPS on its own port, by a name: then browsers may be told never to ask that name otherwise. With other ports they
 * would ask the one without encryption for it, in vain.
 */
export function isByDefaultHttps(request: IncomingMessage): boolean {
  const host = passedOnOf.get(request)?.host ?? request.headers.host ?? ''
  const isNamed = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+(:443)?$/i.test(host)
  return isNamed && isEncrypted(request)
}

/** What a browser calls us by: `https://sightline.example`. */
export function originOf(request: IncomingMessage): string {
  const host = passedOnOf.get(request)?.host ?? request.headers.host ?? ''
  return `${isEncrypted(request) ? 'https' : 'http'}://${hostOf(`http://${host}`)?.address ?? 'localhost'}`
}

/** True for what comes from another machine as it is. */
export function isReadableOnTheWay(request: IncomingMessage): boolean {
  return !isEncrypted(request) && !isLoopback(addressOf(request))
}

/** What proxies add: then the address of the connection is theirs. */
const proxyHeader = /^(forwarded|via|x-real-ip|x-forwarded-.+)$/
const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** True for what comes from this machine itself, by a name that only it has: from no proxy, and from no page of a stranger. */
export function isHere(request: IncomingMessage): boolean {
  return (
    isLoopback(request.socket.remoteAddress ?? '') &&
    isAddressedTo(request, loopbackNames) &&
    request.httpVersion !== '1.0' && // As proxies ask that add nothing.
    !hasProxyHeaders(request)
  )
}

/** True for what some proxy has passed on, trusted or not. */
export function hasProxyHeaders({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return Object.keys(headers).some(name => proxyHeader.test(name))
}

/** Where the same is answered encrypted; undefined where sending a request there would not repeat it as it was. */
export function encryptedAddress(
  request: Pick<IncomingMessage, 'headers' | 'method' | 'url'>,
  port: number
): string | undefined {
  const host = hostOf(`http://${request.headers.host ?? ''}`)
  const isSafe = request.method === 'GET' || request.method === 'HEAD'
  if (!host || !isSafe || !request.url?.startsWith('/')) return undefined
  return `https://${host.name}:${port}${request.url}`
}

/**
 * True when a request is addressed to one of `names` (of a host, without port). A page of a stranger whose name was made
 * to resolve to us ("DNS rebinding") still sends the stranger's name.
 */
function isAddressedTo({ headers }: IncomingMessage, names: ReadonlySet<string>): boolean {
  const host = hostOf(`http://${headers.host ?? ''}`)
  return host !== undefined && names.has(host.name)
}

/**
 * True when another site's page is behind a request that could do something, or that its browser says is for
 * something inside of that page. Programs that are no browsers send neither `Origin` nor `Sec-Fetch-Site`.
 */
export function isFromElsewhere(request: IncomingMessage): boolean {
  const { headers, method = 'GET' } = request
  const isSafe = (method === 'GET' || method === 'HEAD') && headers.upgrade === undefined
  if (!isSafe && headers.origin !== undefined && !isOwnOrigin(headers.origin, request)) return true
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return false
  const isLink = isSafe && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  return !isLink
}

function isOwnOrigin(origin: string, request: IncomingMessage): boolean {
  const from = hostOf(origin)
  // Which of the two schemes it was is not known where something else ends the encryption for us.
  const host = passedOnOf.get(request)?.host ?? request.headers.host ?? ''
  const to = hostOf(`${from?.scheme ?? 'http:'}//${host}`)
  if (!from || !to || from.address !== to.address) return false
  return !isEncrypted(request) || from.scheme === 'https:'
}

function hostOf(url: string): { readonly name: string; readonly address: string; readonly scheme: string } | undefined {
  if (!URL.canParse(url)) return undefined
  const { hostname, host, protocol, username, password, pathname } = new URL(url)
  if (hostname === '' || username !== '' || password !== '' || pathname !== '/') return undefined
  return { name: hostname, address: host, scheme: protocol }
}
