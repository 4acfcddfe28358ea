import { deepStrictEqual, match, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { GuardedRule } from '../../src/access/access-rule.ts'
import { areas, type Principal, type Scope } from '../../src/access/principal.ts'
import type { Callers } from '../../src/api/callers.ts'
import { Identity } from '../../src/api/identity/identity.ts'
import type { RouteRule } from '../../src/api/route-access.ts'
import { startServer } from '../../src/api/server.ts'
import { dataFolder } from '../../src/core/data-folder.ts'
import { EpochLedger } from '../../src/events/epoch-ledger.ts'
import { accessStores, openSeal } from '../../src/roles/access.ts'
import { allRoutes } from '../../src/roles/all-routes.ts'
import { Gateway } from '../../src/roles/gateway.ts'
import { LiveHouse } from '../support/live-house.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// Goes through every route that main serves, by the rules that the routes themselves say. What is not among `open` and
// `lookingThatChanges` below has to be guarded: who adds a route there has to mean it.

const yard = new Set(['yard'])
const nothing: ReadonlySet<string> = new Set()
const scopesBut = (area: string) =>
  new Set(areas.filter(each => each !== area).flatMap(each => [`${each}:read`, `${each}:write`] as Scope[]))

function person(role: Principal['role'], viewing: Principal['viewing'], operating: Principal['operating']): Principal {
  return { actor: `user:${role}`, userId: 'u', role, scopes: undefined, viewing, operating }
}
const people = {
  nobody: person('operator', nothing, nothing),
  viewer: person('viewer', yard, nothing),
  operator: person('operator', yard, yard),
  admin: person('admin', 'all', 'all')
} as const
const known: Readonly<Record<string, Principal>> = {
  ...people,
  ...Object.fromEntries(areas.map(area => [`not-${area}`, { ...people.admin, scopes: scopesBut(area) }]))
}
/** Whoever the header says. */
const callers: Callers = {
  async who({ headers: { authorization = '' } }) {
    const principal = known[authorization.replace('Bearer ', '')]
    return principal && { principal, again: async () => principal }
  },
  onChange: () => undefined
}

const parts = new AsyncDisposableStack()
let server: FastifyInstance
let rules: readonly RouteRule[]

before(async () => {
  const scratch = parts.use(await temporaryFolder())
  const house = parts.use(await LiveHouse.open())
  const folder = dataFolder(join(scratch.path, 'data'))
  const seal = await openSeal(folder, {})
  const stores = accessStores(house.storage.database)
  const identity = new Identity({ stores: () => stores, seal, demoStreams: () => nothing })
  const gateway = parts.use(
    new Gateway({
      live: house.live.streams,
      control: house.live.control,
      trials: house.live.trials,
      cameraIds: () => 'uuid',
      accounts: identity.accounts,
      workers: () => [],
      health: { problems: () => [] },
      folder,
      epochs: parts.use(new EpochLedger(join(scratch.path, 'epochs.sqlite'))),
      seal,
      openModels: () => Promise.reject(new Error('There are no models here.')),
      share: async () => undefined
    })
  )
  const serve = allRoutes({ gateway, identity, live: house.live, problems: () => 0 })
  parts.use(
    await startServer({
      host: '127.0.0.1',
      port: 0,
      health: { problems: () => [] },
      callers,
      async routes(routed) {
        server = routed
        rules = routed.routeRules
        await serve(routed)
      }
    })
  )
})
after(() => parts.disposeAsync())

const isGuarded = (route: RouteRule): route is RouteRule & { readonly rule: GuardedRule } => !('open' in route.rule)
const named = ({ method, path }: RouteRule) => `${method} ${path}`

/** What is asked for comes by a proxy: nobody is on this machine. */
async function answerTo({ method, path }: RouteRule, who: string | undefined, stream = 'yard') {
  const url = String(path).replaceAll(':stream', stream).replace(/:\w+/g, 'x').replace('*', 'x')
  const headers = { 'x-forwarded-for': '192.0.2.1', ...(who !== undefined && { authorization: `Bearer ${who}` }) }
  const answer = await server.inject({ method: method as InjectOptions['method'], url, headers })
  const isProblem = /problem\+json/.test(String(answer.headers['content-type']))
  return { status: answer.statusCode, code: isProblem ? (answer.json() as { code: string }).code : undefined }
}

/** Routes for which `expected` does not hold, with what was answered. */
async function exceptions(
  which: (rule: GuardedRule) => boolean,
  who: string | undefined,
  expected: (answer: Awaited<ReturnType<typeof answerTo>>) => boolean,
  stream?: string
): Promise<readonly string[]> {
  const wrong: string[] = []
  const asked = rules
    .filter(isGuarded)
    .filter(({ method, rule }) => method !== 'UPGRADE' && method !== 'HEAD' && which(rule))
  ok(asked.length > 0)
  for (const route of asked) {
    const answer = await answerTo(route, who, stream)
    if (!expected(answer)) wrong.push(`${named(route)} → ${answer.status} ${answer.code}`)
  }
  return wrong
}

const isRefused = ({ status, code }: { status: number; code?: string | undefined }) =>
  status === 403 && code === 'SL_NOT_PERMITTED'
const isLetIn = ({ status, code }: { status: number; code?: string | undefined }) =>
  status !== 401 && code !== 'SL_NOT_PERMITTED'

test('AM1 strangers get what is open, and nothing else', async () => {
  deepStrictEqual(
    await exceptions(
      () => true,
      undefined,
      ({ status }) => status === 401
    ),
    []
  )
})

test('AM2 what is open is this, and no more', () => {
  const open = rules.filter(route => !isGuarded(route) && route.method !== 'HEAD').map(named)
  const pages = /^GET (\/docs|\/redoc|\/openapi\.json)/
  deepStrictEqual(open.filter(each => !pages.test(each)).sort(), [
    'DELETE /api/v1/session',
    'GET /.well-known/jwks.json',
    'GET /api/v1/session',
    'GET /healthz',
    'GET /readyz',
    'GET /set-up',
    'GET /sign-in',
    'POST /api/v1/session',
    'POST /set-up',
    'POST /sign-in',
    'POST /sign-out'
  ])
})

test('AM3 another’s stream is unknown, whatever would be done with it', async () => {
  const each = ({ stream }: GuardedRule) => stream === 'each'
  for (const who of ['viewer', 'operator', 'nobody'])
    deepStrictEqual(
      await exceptions(each, who, ({ status, code }) => status === 404 && code === 'SL_STREAM_UNKNOWN', 'door'),
      []
    )
})

test('AM4 a viewer changes nothing, an operator nobody', async () => {
  deepStrictEqual(await exceptions(({ need }) => need !== 'view', 'viewer', isRefused), [])
  deepStrictEqual(await exceptions(({ need }) => need === 'administer', 'operator', isRefused), [])
})

test('AM5 who may, gets through to what they asked for', async () => {
  deepStrictEqual(await exceptions(({ need }) => need === 'view', 'viewer', isLetIn), [])
  deepStrictEqual(await exceptions(({ need }) => need !== 'administer', 'operator', isLetIn), [])
  deepStrictEqual(await exceptions(() => true, 'admin', isLetIn), [])
})

for (const area of areas)
  test(`AM6 a token without scopes of ${area} does nothing there`, async t => {
    if (!rules.filter(isGuarded).some(({ rule }) => rule.area === area)) return t.skip('nothing there yet')
    deepStrictEqual(await exceptions(rule => rule.area === area, `not-${area}`, isRefused), [])
  })

/** Asked with another method than GET, and looks all the same. */
const lookingThatChanges =
  /^(POST \/api\/v1\/(measures\/query|trajectories\/region)|\w+ \/whep\/|PUT \/api\/v1\/session\/password|\w+ \/graphql|\w+ \/api\/v1\/tokens)/

test('AM7 what is asked with a method that changes things needs more than looking', () => {
  const looking = rules
    .filter(isGuarded)
    .filter(({ method, rule }) => !['GET', 'HEAD', 'OPTIONS', 'UPGRADE'].includes(method) && rule.need === 'view')
    .map(named)
  deepStrictEqual(
    looking.filter(each => !lookingThatChanges.test(each)),
    []
  )
})

/** Of the answer to a connection that asks to become a socket: 101 for who gets in. */
async function upgraded({ path }: RouteRule, who: string | undefined, stream = 'yard'): Promise<number | undefined> {
  const pattern = path instanceof RegExp ? path.source.replaceAll('\\/', '/').replace(/^\^|\$$/g, '') : path
  const address = pattern.replace(/\(\?<stream>[^)]*\)/, stream)
  if (path instanceof RegExp) match(address, path)
  const asking = request(`${server.listeningOrigin}${address}`, {
    headers: {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': 'graphql-transport-ws',
      'x-forwarded-for': '192.0.2.1',
      ...(who !== undefined && { authorization: `Bearer ${who}` })
    }
  })
  asking.end()
  const answered = once(asking, 'response').then(([answer]) => answer as IncomingMessage)
  const taken = once(asking, 'upgrade').then(([answer]) => answer as IncomingMessage)
  const { statusCode } = await Promise.race([answered, taken])
  asking.destroy()
  return statusCode
}

test('AM8 sockets are opened to who may have what goes over them, and to nobody else', async () => {
  const sockets = rules.filter(isGuarded).filter(({ method }) => method === 'UPGRADE')
  ok(sockets.length >= 4)
  for (const socket of sockets) {
    const { need, stream, area } = socket.rule
    const atLeast = (role: number) => (role >= ['view', 'operate', 'administer'].indexOf(need) ? 101 : 403)
    const expected = {
      stranger: 401,
      nobody: stream === 'each' ? 404 : atLeast(1),
      viewer: atLeast(0),
      operator: atLeast(1),
      admin: 101,
      'a token of other areas': area === 'any' ? 101 : 403,
      'another’s': stream === 'each' ? 404 : atLeast(1)
    }
    const found = {
      stranger: await upgraded(socket, undefined),
      nobody: await upgraded(socket, 'nobody'),
      viewer: await upgraded(socket, 'viewer'),
      operator: await upgraded(socket, 'operator'),
      admin: await upgraded(socket, 'admin'),
      'a token of other areas': await upgraded(socket, `not-${area === 'any' ? 'system' : area}`),
      'another’s': await upgraded(socket, 'operator', 'door')
    }
    deepStrictEqual({ path: String(socket.path), ...found }, { path: String(socket.path), ...expected })
  }
})
