import type { IncomingMessage } from 'node:http'
import { isEncrypted } from '../request-origin.ts'

/** What a browser shows: who it is for some minutes, and what it gets the next such with. */
export interface SessionCookies {
  readonly access: string | undefined
  readonly refresh: string | undefined
}

const names = { access: 'sightline', refresh: 'sightline-refresh' } as const
/** Longer than any session: what a cookie is worth is known here. */
const keptSeconds = 31 * 24 * 3600

export function cookiesOf(request: IncomingMessage): SessionCookies {
  return { access: cookieOf(request, names.access), refresh: cookieOf(request, names.refresh) }
}

/** The headers that give a browser what it shows from now on. */
export function givenCookies(request: IncomingMessage, { access, refresh }: SessionCookies): readonly string[] {
  return [
    ...(access === undefined ? [] : [cookie(request, names.access, access, keptSeconds)]),
    ...(refresh === undefined ? [] : [cookie(request, names.refresh, refresh, keptSeconds)])
  ]
}

/** The headers that take away what it shows. */
export function takenCookies(request: IncomingMessage): readonly string[] {
  return Object.values(names).map(name => cookie(request, name, '', 0))
}

function cookie(request: IncomingMessage, name: string, value: string, seconds: number): string {
  const secure = isEncrypted(request) ? '; Secure' : ''
  return `${fullName(request, name)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
}

/** Cookies know no ports: with one name, whoever can change what is not encrypted could replace the one that is. */
function fullName(request: IncomingMessage, name: string): string {
  return isEncrypted(request) ? `__Host-${name}` : name
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const start = `${fullName(request, name)}=`
  const pairs = (request.headers.cookie ?? '').split(';').map(pair => pair.trim())
  return pairs.find(pair => pair.startsWith(start))?.slice(start.length)
}
