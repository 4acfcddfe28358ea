import type { IncomingMessage } from 'node:http'
import type { Principal, Scope } from '../../access/principal.ts'
import type { Caller, Callers } from '../callers.ts'
import { addressOf, hasProxyHeaders } from '../request-origin.ts'
import { TrustedProxies } from '../trusted-proxies.ts'

const scopes: ReadonlySet<Scope> = new Set(['streams:read', 'streams:write'])
const nothing: ReadonlySet<string> = new Set()

/** Acts on cameras that its own API has made, which is who decides that; no stream is granted to it. */
export const cameraPrincipal: Principal = {
  actor: 'camera-api',
  userId: undefined,
  role: 'operator',
  scopes,
  viewing: nothing,
  operating: nothing
}

/**
 * Who asks at `/camera/…` is known by their address alone, and is a stranger elsewhere; all others are known as `callers` know
 * them, and are strangers there.
 * @param allow addresses and networks, as they are at the moment; of none of them where it is empty
 */
export function withCameraCallers(callers: Callers, allow: () => readonly string[]): Callers {
  let known: { readonly of: readonly string[]; readonly ranges: TrustedProxies } | undefined
  const isAllowed = (request: IncomingMessage): boolean => {
    const now = allow()
    if (known?.of !== now) known = { of: now, ranges: new TrustedProxies(now) }
    return known.ranges.isTrusted(addressOf(request)) && !isBrowser(request) && !isPassedOnByWhoever(request)
  }
  const caller = (request: IncomingMessage): Caller | undefined =>
    isAllowed(request)
      ? { principal: cameraPrincipal, again: async () => (isAllowed(request) ? cameraPrincipal : undefined) }
      : undefined
  return {
    who: (request, give) => (isCameraPath(request.url) ? caller(request) : callers.who(request, give)),
    onChange: then => callers.onChange(then),
    ...(callers.welcome && {
      welcome: (request, reply) => callers.welcome!(request, reply)
    })
  }
}

function isCameraPath(url = ''): boolean {
  return url.startsWith('/camera/')
}

/** A page that somebody on an allowed machine has open is not what was allowed; programs send neither header. */
function isBrowser({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined
}

/** The address is a proxy's that is not trusted to say whose it passes on. */
function isPassedOnByWhoever(request: IncomingMessage): boolean {
  return hasProxyHeaders(request) && addressOf(request) === request.socket.remoteAddress
}
