import { deepStrictEqual } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
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
const stepMs = 500
/** By the machine's own clock, until what was ended has come to its end. */
const patienceMs = 30_000

interface Change {
  readonly name: string
  readonly shows: 'a cookie' | 'a token'
  readonly make: (
    accounts: Identity['accounts'],
    who: { readonly id: string; readonly token: string; readonly streams: Streams }
  ) => Promise<unknown>
  /** Of what they were granted to operate. Default: the stream. An admin was granted nothing. */
  readonly scope?: 'site' | 'none'
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
  },
  {
    name: 'no-admin',
    shows: 'a token',
    scope: 'none',
    make: (accounts, { id }) => accounts.change('test', id, { role: 'viewer' }),
    ends: aboutStreams,
    status: 404
  }
]

/** Time as presence and what is known of people have it: it stands still but for this. */
function drivenClock(t: TestContext) {
  let ms = 0
  t.mock.method(performance, 'now', () => ms)
  t.mock.timers.enable({ apis: ['setInterval'] })
  return {
    async pass(spanMs: number) {
      for (const untilMs = ms + spanMs; ms < untilMs; ) {
        ms += stepMs
        t.mock.timers.tick(stepMs)
        await new Promise(setImmediate)
      }
    }
  }
}

test('DE1 demotion, deletion and whatever else takes something away holds within 5 s, by every way to stay', async t => {
  const clock = drivenClock(t)
  const at = await everywhere(
    t,
    changes.map(({ name }) => name)
  )
  const other = identityOf(at.house.database)
  const { accounts } = at.identity
  const [sites, streams] = [new Sites(at.house.database), new Streams(at.house.database)]
  await accounts.add('test', { name: 'root', role: 'admin' })
  const guests = await Promise.all(
    changes.map(async ({ name, shows, make, scope, ends, status }) => {
      const id = await accounts.add('test', { name, role: scope === 'none' ? 'admin' : 'operator', password })
      await sites.create({ id: name, title: name, timeZone: 'UTC', createdMs: 1 })
      await streams.change(name, { site: name })
      if (scope !== 'none') await accounts.give('test', { ...grant(id, name, scope), role: 'operator' })
      const issued = await accounts.issue('test', { userId: id, title: name, scopes, expiresMs: null })
      const headers: Headers =
        shows === 'a token' ? { authorization: `Bearer ${issued.token}` } : { cookie: await signIn(at.house.url, name) }
      const over = new Set<Way>()
      await Promise.all(
        all.map(async way => {
          const { ended } = await waysToStay[way](at, name, headers)
          void ended.then(() => over.add(way))
        })
      )
      return {
        ...{ name, ends, status, over },
        asked: async () => (await fetch(`${at.house.url}/${name}/look`, { headers })).status,
        change: () => make(other.accounts, { id, token: issued.id, streams })
      }
    })
  )
  // They are judged at 2 s and at 4 s: what was known of them last is half a second old then, and is believed once more.
  await clock.pass(1500)
  for (const { name, asked, over } of guests) deepStrictEqual([name, await asked(), [...over]], [name, 200, []])
  await Promise.all(guests.map(({ change }) => change()))
  await clock.pass(atMostMs)
  // From here on time stands still: what has yet to come is on its way.
  for (const { name, ends, status, over, asked } of guests) {
    const givenUpMs = Date.now() + patienceMs
    while (over.size < ends.length && Date.now() < givenUpMs) await pause(10)
    deepStrictEqual([name, [...over].sort(), await asked()], [name, [...ends].sort(), status])
  }
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
