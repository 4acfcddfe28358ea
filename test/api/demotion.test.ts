import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { scopes } from '../../src/access/principal.ts'
import type { Identity } from '../../src/api/identity/identity.ts'
import { Sites } from '../../src/store/sites.ts'
import { Streams } from '../../src/store/streams.ts'
import { everywhere, type Headers, identityOf, type Way, waysToStay } from './everywhere.ts'

// What another gateway changes holds here within 5 s: for requests, and for whoever stays, by every way that there is.

const all = Object.keys(waysToStay) as Way[]
const password = 'blau wie der See'
const atMostMs = 5000

interface Change {
  readonly name: string
  readonly shows: 'a cookie' | 'a token'
  readonly make: (
    accounts: Identity['accounts'],
    who: { readonly id: string; readonly token: string; readonly streams: Streams }
  ) => Promise<unknown>
  /** Of what they were granted to operate. Default: the stream. */
  readonly scope?: 'site'
  readonly ends: readonly Way[]
  /** What a request about the stream is answered then. */
  readonly status: number
}
/** Each has a stream of their name, in a site of that name. */
const grant = (userId: string, name: string, scope: 'stream' | 'site' = 'stream') => ({ userId, scope, scopeId: name })
/** Tells of whatever may be seen, which may be nothing: live/socket/reach.test.ts. */
const aboutStreams = all.filter(way => way !== 'live socket')
const changes: readonly Change[] = [
  {
    name: 'removed',
    shows: 'a cookie',
    make: (accounts, { id }) => accounts.remove('test', id),
    ends: all,
    status: 401
  },
  {
    name: 'disabled',
    shows: 'a token',
    make: (accounts, { id }) => accounts.change('test', id, { isDisabled: true }),
    ends: all,
    status: 401
  },
  {
    name: 'signed-out',
    shows: 'a cookie',
    make: (accounts, { id }) => accounts.change('test', id, { password: 'rot wie der Mohn' }),
    ends: all,
    status: 401
  },
  {
    name: 'revoked',
    shows: 'a token',
    make: (accounts, { token }) => accounts.revoke('test', token),
    ends: all,
    status: 401
  },
  {
    name: 'without-grant',
    shows: 'a token',
    make: (accounts, { id }) => accounts.take('test', grant(id, 'without-grant')),
    ends: aboutStreams,
    status: 404
  },
  {
    name: 'elsewhere',
    shows: 'a token',
    scope: 'site',
    make: (_, { streams }) => streams.change('elsewhere', { site: null }),
    ends: aboutStreams,
    status: 404
  },
  {
    name: 'demoted',
    shows: 'a cookie',
    make: (accounts, { id }) => accounts.change('test', id, { role: 'viewer' }),
    ends: ['frames in', 'whip'],
    status: 200
  }
]

test('DE1 demotion, deletion and whatever else takes something away holds within 5 s, by every way to stay', async t => {
  const at = await everywhere(
    t,
    changes.map(({ name }) => name)
  )
  const other = identityOf(at.house.database)
  const { accounts } = at.identity
  const [sites, streams] = [new Sites(at.house.database), new Streams(at.house.database)]
  await accounts.add('test', { name: 'root', role: 'admin' })
  await Promise.all(
    changes.map(async ({ name, shows, make, scope, ends, status }) => {
      const id = await accounts.add('test', { name, role: 'operator', password })
      await sites.create({ id: name, title: name, timeZone: 'UTC', createdMs: 1 })
      await streams.create({ name, title: name, site: name, source: 'test:', settings: {}, createdMs: 1 })
      await accounts.give('test', { ...grant(id, name, scope), role: 'operator' })
      const issued = await accounts.issue('test', { userId: id, title: name, scopes, expiresMs: null })
      const headers: Headers =
        shows === 'a token' ? { authorization: `Bearer ${issued.token}` } : { cookie: await signIn(at.house.url, name) }
      const over = new Map<Way, number>()
      const begun = await Promise.all(all.map(async way => [way, await waysToStay[way](at, name, headers)] as const))
      const asked = async () => (await fetch(`${at.house.url}/${name}/look`, { headers })).status
      deepStrictEqual(await asked(), 200, name)
      const changedMs = performance.now()
      for (const [way, { ended }] of begun) void ended.then(() => over.set(way, performance.now() - changedMs))
      await make(other.accounts, { id, token: issued.id, streams })
      while (performance.now() - changedMs < atMostMs && (over.size < ends.length || (await asked()) !== status))
        await pause(50)
      deepStrictEqual([name, [...over.keys()].sort(), await asked()], [name, [...ends].sort(), status])
      t.diagnostic(`${name}: ${Math.round(Math.max(...over.values()))} ms`)
    })
  )
})

async function signIn(url: string, name: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ name, password })
  const answer = await fetch(`${url}/api/v1/session`, { method: 'POST', headers, body })
  return answer.headers
    .getSetCookie()
    .map(each => each.split(';', 1)[0])
    .join('; ')
}
