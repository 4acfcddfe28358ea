import { deepStrictEqual, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { areas, type Scope, scopes } from '../../src/access/principal.ts'
import type { RouteRule } from '../../src/api/route-access.ts'
import { Sites } from '../../src/store/sites.ts'
import { Streams } from '../../src/store/streams.ts'
import { ServedHouse } from '../support/served-house.ts'
import { upgraded } from '../support/upgraded.ts'
import {
  called,
  everybody,
  expected,
  type Guarded,
  isElsewhere,
  isGuarded,
  letIn,
  named,
  type Person
} from './access-people.ts'

// Goes through every route that main serves, by the rules that the routes themselves say, and asks as users of each role, with
// each kind of grant, and with tokens of each scope. What the answers should be is said here by hand. What is behind the rules is
// gone through in access-contents.test.ts.

let served: ServedHouse
let routes: readonly RouteRule[]
let rootId = ''
const tokens = new Map<string, string>()

before(async () => {
  served = await ServedHouse.open(
    {},
    {
      callers: identity => identity,
      prepare: server =>
        void server.addHook('preParsing', async ({ headers }, reply) => {
          if (headers['only-rules'] !== undefined) await reply.code(letIn).send('')
        })
    }
  )
  routes = served.server.routeRules
  const { database } = served.house.storage
  await new Sites(database).create({ id: 'garden', title: 'Garden', timeZone: 'UTC', createdMs: 1 })
  for (const [name, site] of [
    ['yard', 'garden'],
    ['attic', null]
  ] as const)
    await new Streams(database).create({ name, title: name, site, source: 'test:', settings: {}, createdMs: 1 })
})
after(() => served[Symbol.asyncDispose]())

/** Somebody with such a role and grant, and the token of a program that acts for them. */
async function join(person: Person, name: string): Promise<string> {
  const { accounts } = served.identity
  const userId = await accounts.add('test', { name, role: person.role })
  if (person.grant) await accounts.give('test', { userId, ...person.grant })
  await issue(called(person), userId, scopes)
  return userId
}
async function issue(title: string, userId: string, given: readonly Scope[]): Promise<void> {
  const { token } = await served.identity.accounts.issue('test', { userId, title, scopes: given, expiresMs: null })
  tokens.set(title, token)
}

/** Comes by a proxy: nobody is on this machine. */
const elsewhere = { 'x-forwarded-for': '192.0.2.1' }
const codes: Readonly<Record<number, string>> = {
  401: 'SL_SIGN_IN_REQUIRED',
  403: 'SL_NOT_PERMITTED',
  404: 'SL_STREAM_UNKNOWN'
}

/** The status, with the code where that is another than the one that belongs to it. */
async function answerTo(
  { method, path }: RouteRule,
  stream: string,
  headers: Readonly<Record<string, string>>
): Promise<number | string> {
  const url = String(path).replaceAll(':stream', stream).replace(/:\w+/g, 'x').replace('*', 'x')
  const answer = await served.server.inject({
    method: method as InjectOptions['method'],
    url,
    headers: { 'only-rules': '', ...headers }
  })
  const { statusCode: status } = answer
  if (status === letIn || method === 'HEAD') return status
  const code = /problem\+json/.test(String(answer.headers['content-type'])) ? answer.json().code : 'no problem document'
  return code === codes[status] ? status : `${status} ${code}`
}

/** Requests that were answered otherwise than they should be. */
async function wrongly(
  streams: readonly string[],
  headers: Readonly<Record<string, string>>,
  right: (route: Guarded, stream: string) => number
): Promise<readonly string[]> {
  const wrong: string[] = []
  const asked = routes.filter(isGuarded).filter(({ method }) => method !== 'UPGRADE')
  ok(asked.length > 0)
  for (const route of asked)
    for (const stream of route.rule.stream === 'each' ? streams : streams.slice(0, 1)) {
      const found = await answerTo(route, stream, headers)
      if (found !== right(route, stream))
        wrong.push(`${named(route)} of ${stream}: ${found}, not ${right(route, stream)}`)
    }
  return wrong
}
const sockets = () => routes.filter(isGuarded).filter(({ method }) => method === 'UPGRADE')
/** What is answered to who asks for a socket, where a request would be answered with `status`. */
const opened = (status: number) => (status === letIn ? 101 : status)

/** Whom a socket is opened to, as the answers to the connections that asked for it. */
async function knocked(
  streams: readonly string[],
  headers: Readonly<Record<string, string>>,
  right: (socket: Guarded, stream: string) => number
): Promise<void> {
  ok(sockets().length >= 4)
  for (const socket of sockets())
    for (const stream of streams) {
      const found = await upgraded(served.server.listeningOrigin, socket.path, stream, headers)
      deepStrictEqual([named(socket), stream, found], [named(socket), stream, opened(right(socket, stream))])
    }
}
const bearer = (title: string) => ({ ...elsewhere, authorization: `Bearer ${tokens.get(title)}` })

test('AM1 before anybody is set up, other machines get what is open and nothing else', async () => {
  const others: readonly Readonly<Record<string, string>>[] = [
    elsewhere,
    { via: '1.1 proxy' },
    { host: 'cameras.example' }
  ]
  for (const headers of others) deepStrictEqual(await wrongly(['demo'], headers, () => 401), [])
  await knocked(['demo'], elsewhere, () => 401)
})

test('AM2 before anybody is set up, this machine may look at the demo, and change nothing', async () => {
  const shown = ['streams', 'live', 'events', 'tracks', 'any']
  const right = (route: Guarded, stream: string) => {
    const { area, need, stream: about, hereToo } = route.rule
    if (isElsewhere(route)) return 401
    if (hereToo) return letIn
    if (!shown.includes(area) || (need !== 'view' && area !== 'any')) return 403
    return about === 'each' && stream !== 'demo' ? 404 : letIn
  }
  deepStrictEqual(await wrongly(['demo', 'yard'], {}, right), [])
  await knocked(['demo', 'yard'], {}, right)
})

test('AM3 once somebody is set up, strangers get what is open and nothing else, on this machine too', async () => {
  rootId = await join({ role: 'admin', grant: undefined }, 'root')
  deepStrictEqual(await wrongly(['yard'], elsewhere, () => 401), [])
  const right = ({ rule }: Guarded) => (rule.hereToo ? letIn : 401)
  deepStrictEqual(await wrongly(['yard', 'demo'], {}, right), [])
  await knocked(['yard'], {}, () => 401)
})

for (const [index, person] of everybody.entries())
  test(`AM4 every route is to ${called(person)} what its rule says`, async () => {
    if (!tokens.has(called(person))) await join(person, `user-${index}`)
    const headers = bearer(called(person))
    const right = (route: Guarded, stream: string) => expected(route, person, stream)
    deepStrictEqual(await wrongly(['yard', 'attic', 'nowhere'], headers, right), [])
    await knocked(['yard', 'attic'], headers, right)
  })

for (const area of areas)
  for (const verb of ['read', 'write'] as const)
    test(`AM5 a token of ${area}:${verb} does what that is, and nothing else`, async () => {
      await issue(`${area}:${verb}`, rootId, [`${area}:${verb}`])
      const right = (route: Guarded) => {
        const { rule } = route
        if (isElsewhere(route)) return 401
        const isIts = rule.area === area && (rule.need === 'view') === (verb === 'read')
        return isIts || rule.area === 'any' ? letIn : 403
      }
      const headers = bearer(`${area}:${verb}`)
      deepStrictEqual(await wrongly(['yard'], headers, right), [])
      await knocked(['yard'], headers, right)
    })

test('AM6 what is open is this, and no more', () => {
  const open = routes.filter(route => !isGuarded(route) && route.method !== 'HEAD').map(named)
  // Documentation; and what leads to an identity provider and back.
  const others = /^(GET (\/docs|\/redoc|\/openapi\.json)|\w+ \/auth\/oidc\/)/
  deepStrictEqual(open.filter(each => !others.test(each)).sort(), [
    'DELETE /api/v1/session',
    'GET /.well-known/jwks.json',
    'GET /api/v1/session',
    'GET /app/:name',
    'GET /healthz',
    'GET /invited',
    'GET /readyz',
    'GET /set-up',
    'GET /shared/:link',
    'GET /sign-in',
    'GET /web/fonts/inter-latin-ext-wght-normal.woff2',
    'GET /web/fonts/inter-latin-wght-normal.woff2',
    'GET /web/live/icon.svg',
    'POST /api/v1/session',
    'POST /api/v1/shared/:link',
    'POST /invited',
    'POST /set-up',
    'POST /sign-in',
    'POST /sign-out'
  ])
})

/** Asked with another method than GET, and looks all the same. */
const lookingThatChanges =
  /^(POST \/api\/v1\/(measures\/query|trajectories\/region)|PUT \/api\/v1\/events\/seen|\w+ \/whep\/|PUT \/api\/v1\/session\/password|\w+ \/graphql|\w+ \/api\/v1\/(tokens|sessions))/

test('AM7 what is asked with a method that changes things needs more than looking', () => {
  const looking = routes
    .filter(isGuarded)
    .filter(({ method, rule }) => !['GET', 'HEAD', 'OPTIONS', 'UPGRADE'].includes(method) && rule.need === 'view')
    .map(named)
  deepStrictEqual(
    looking.filter(each => !lookingThatChanges.test(each)),
    []
  )
})

test('AM8 figures, in which every stream is named, are for who may see them all', async () => {
  const metrics = routes.find(({ path, method }) => path === '/metrics' && method === 'GET')!
  const asked = everybody.map(async person => [called(person), await answerTo(metrics, '', bearer(called(person)))])
  const mayRead = ({ role, grant }: Person) => role === 'admin' || grant?.scope === 'all'
  deepStrictEqual(
    await Promise.all(asked),
    everybody.map(person => [called(person), mayRead(person) ? letIn : 403])
  )
})
