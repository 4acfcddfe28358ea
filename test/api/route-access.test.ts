import { deepStrictEqual, equal, match, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import type { AccessRule, GuardedRule } from '../../src/access/access-rule.ts'
import type { Principal } from '../../src/access/principal.ts'
import type { Callers } from '../../src/api/callers.ts'
import { type RouteRule, requireReach } from '../../src/api/route-access.ts'
import { type ServerOptions, startServer } from '../../src/api/server.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { inTime } from '../support/in-time.ts'
import { admin, ChangingCallers, letIn } from '../support/let-in.ts'

const start = (callers: Callers, routes: ServerOptions['routes']) =>
  startServer({ host: '127.0.0.1', port: 0, health: { problems: () => [] }, callers, routes })

const viewer: Principal = {
  ...admin,
  actor: 'user:vera',
  role: 'viewer',
  viewing: new Set(['yard']),
  operating: new Set()
}
const view: GuardedRule = { area: 'live', need: 'view', stream: 'each' }
const strangers: Callers = { who: async () => undefined, onChange: () => undefined }

test('RA1 a server with a route that has no rule does not start', async () => {
  await rejects(
    start(letIn(), routes => void routes.get('/forgotten', async () => 'secret')),
    /GET \/forgotten has no rule/
  )
})

const rules: readonly { rule: AccessRule; path: string; expected: readonly [number, string?] }[] = [
  { rule: { open: true }, path: '/yard', expected: [200] },
  { rule: view, path: '/yard', expected: [200] },
  { rule: view, path: '/door', expected: [404, 'SL_STREAM_UNKNOWN'] },
  { rule: { ...view, need: 'operate' }, path: '/yard', expected: [403, 'SL_NOT_PERMITTED'] },
  { rule: { ...view, need: 'administer', stream: 'none' }, path: '/yard', expected: [403, 'SL_NOT_PERMITTED'] }
]
for (const { rule, path, expected } of rules)
  test(`RA2 ${JSON.stringify(rule)} answers a viewer of the yard ${expected[0]} at ${path}`, async () => {
    await using server = await start(letIn(viewer), routes => {
      routes.get('/:stream', { config: { access: rule } }, async () => ({}))
    })
    const answer = await fetch(server.url + path)
    deepStrictEqual([answer.status, ((await answer.json()) as { code?: string }).code], [expected[0], expected[1]])
  })

test('RA3 a stranger is told to sign in, also where there is nothing', async () => {
  await using server = await start(strangers, routes => {
    routes.get('/:stream', { config: { access: view } }, async () => ({}))
    routes.onUpgrade('/live', (_request, socket) => void socket.end(), { ...view, stream: 'none' })
  })
  for (const path of ['/yard', '/no/where']) {
    const answer = await fetch(server.url + path)
    equal(answer.status, 401)
    equal(answer.headers.get('www-authenticate'), 'Bearer realm="sightline"')
  }
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/live`)
  const [error] = await once(socket, 'error')
  match(String(error), /401/)
})

test('RA4 what this machine may look at, its strangers may, and a proxy’s may not', async () => {
  await using server = await start(strangers, routes => {
    const access = { area: 'system', need: 'view', stream: 'none', hereToo: true } as const
    routes.get('/figures', { config: { access } }, async () => ({}))
  })
  const figures = (headers: Record<string, string>) => fetch(`${server.url}/figures`, { headers })
  equal((await figures({})).status, 200)
  equal((await figures({ 'x-forwarded-for': '127.0.0.1' })).status, 401)
})

test('RA5 what was found to be of somebody else’s stream is as unknown as what is not there', () => {
  const unknown = () => new SightlineError('SL_JOB_NOT_FOUND', 'No such job.')
  const code = (need: 'view' | 'operate', stream: string) => {
    try {
      return requireReach(viewer, need, stream, unknown)
    } catch (error) {
      return (error as SightlineError).code
    }
  }
  deepStrictEqual(
    [code('view', 'yard'), code('operate', 'yard'), code('view', 'door'), code('operate', 'door')],
    [undefined, 'SL_NOT_PERMITTED', 'SL_JOB_NOT_FOUND', 'SL_JOB_NOT_FOUND']
  )
})

for (const [how, becomes] of [
  ['was removed', undefined],
  ['lost the stream', { ...viewer, viewing: new Set<string>() }]
] as const)
  test(`RA6 answers and connections of who ${how} end`, async () => {
    const callers = new ChangingCallers(viewer)
    let ended = 0
    await using server = await start(callers, routes => {
      routes.get('/:stream/pictures', { config: { access: view } }, (request, reply) => {
        request.stay(
          () => ended++,
          () => true
        )
        reply.hijack()
        reply.raw.writeHead(200).write('one picture')
      })
      routes.onUpgrade(
        /^\/(?<stream>[^/]+)\/socket$/,
        (_request, socket, _head, { signal }) => {
          socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
          signal.addEventListener('abort', () => socket.end())
        },
        view
      )
    })
    const { body } = await fetch(`${server.url}/yard/pictures`)
    const asked = request(`${server.url}/yard/socket`, { headers: { connection: 'upgrade', upgrade: 'x' } }).end()
    const [, socket] = (await once(asked, 'upgrade')) as [unknown, Socket]
    const closed = once(socket.resume(), 'close')
    callers.becomes(becomes)
    await rejects(async () => {
      for await (const _ of body!);
    }, /terminated/)
    await closed
    equal(ended, 1)
  })

test('RA7 who may stay, stays, and connections hear what they may now', async () => {
  const callers = new ChangingCallers(viewer)
  const heard: Principal[] = []
  await using server = await start(callers, routes => {
    routes.onUpgrade(
      '/socket',
      (_request, socket, _head, visitor) => {
        visitor.onLookedUp(principal => heard.push(principal))
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
      },
      { ...view, stream: 'none' }
    )
  })
  const asked = request(`${server.url}/socket`, { headers: { connection: 'upgrade', upgrade: 'x' } }).end()
  const [, socket] = (await once(asked, 'upgrade')) as [unknown, Socket]
  callers.becomes(admin)
  while (heard.length === 0) await new Promise(setImmediate)
  deepStrictEqual(heard, [admin])
  socket.destroy()
})

test('RA8 probes are answered while nobody can be looked up, and others are told to come back', async () => {
  const hanging: Callers = { who: () => new Promise(() => undefined), onChange: () => undefined }
  await using server = await start(hanging, () => undefined)
  equal((await fetch(`${server.url}/healthz`)).status, 200)
  equal((await fetch(`${server.url}/readyz`, { headers: { cookie: 'sightline=x' } })).status, 200)
  const away: Callers = {
    who: async () => Promise.reject(new SightlineError('SL_STORE_UNAVAILABLE', 'Away.', { retryable: true })),
    onChange: () => undefined
  }
  await using closed = await start(away, routes => {
    routes.get('/open', { config: { access: { open: true } } }, async () => ({}))
    routes.get('/guarded', { config: { access: { ...view, stream: 'none' } } }, async () => ({}))
  })
  deepStrictEqual(
    (await Promise.all(['/open', '/guarded'].map(path => fetch(closed.url + path)))).map(({ status }) => status),
    [200, 503]
  )
  const person = await fetch(`${closed.url}/guarded`, { headers: { accept: 'text/html' } })
  equal(person.status, 503)
  match(await person.text(), /http-equiv="refresh"/)
})

test('RA9 all that can be asked is listed with who may', async () => {
  let rules: readonly RouteRule[] = []
  await using _server = await start(letIn(), routes => {
    routes.get('/:stream', { config: { access: view } }, async () => ({}))
    routes.onUpgrade('/live', (_request, socket) => void socket.end(), { ...view, stream: 'none' })
    rules = routes.routeRules
  })
  const listed = rules.filter(({ path }) => path === '/:stream' || path === '/live')
  deepStrictEqual(
    listed.map(({ method, path, rule }) => [method, path, rule]),
    [
      ['GET', '/:stream', view],
      ['HEAD', '/:stream', view],
      ['UPGRADE', '/live', { ...view, stream: 'none' }]
    ]
  )
})

test('RA10 while nobody can be looked up nobody has to leave, and nobody may more than before', async () => {
  let answers = (): Promise<Principal | undefined> => Promise.resolve(admin)
  const heard: Principal[] = []
  let judge = () => {}
  const callers: Callers = {
    who: async () => ({ principal: viewer, again: () => answers() }),
    onChange: then => {
      judge = then
    }
  }
  await using server = await start(callers, routes => {
    routes.onUpgrade(
      '/socket',
      (_request, socket, _head, visitor) => {
        visitor.onLookedUp(principal => heard.push(principal))
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
      },
      { ...view, stream: 'none' }
    )
  })
  const asked = request(`${server.url}/socket`, { headers: { connection: 'upgrade', upgrade: 'x' } }).end()
  const [, socket] = (await once(asked, 'upgrade')) as [unknown, Socket]
  answers = () => Promise.reject(new Error('away'))
  judge()
  await new Promise(setImmediate)
  answers = () => Promise.resolve(admin)
  judge()
  while (heard.length === 0) await new Promise(setImmediate)
  deepStrictEqual([heard, socket.destroyed], [[admin], false])
  socket.destroy()
})

const both: Principal = { ...viewer, viewing: new Set(['yard', 'street']) }
const more: Principal = { ...both, viewing: new Set(['yard', 'street', 'door']) }
const list: GuardedRule = { ...view, stream: 'none' }

test('RA11 a list ends once any stream of who asked is taken from them, and what is about another stream goes on', async () => {
  const callers = new ChangingCallers(both)
  const open = new Map<string, ServerResponse>()
  await using server = await start(callers, routes => {
    for (const [path, access] of [
      ['/:stream/pictures', view],
      ['/list', list]
    ] as const)
      routes.get(path, { config: { access } }, ({ url }, reply) => {
        reply.hijack()
        reply.raw.writeHead(200).write('first')
        open.set(url, reply.raw)
      })
  })
  const begin = async (path: string) => {
    const reader = (await fetch(server.url + path)).body!.getReader()
    const next = async () => Buffer.from((await reader.read()).value ?? []).toString()
    equal(await next(), 'first')
    return { next, send: (text: string) => open.get(path)!.write(text) }
  }
  const [pictures, listed] = [await begin('/yard/pictures'), await begin('/list')]
  callers.becomes(more)
  await new Promise(setImmediate)
  listed.send('second')
  equal(await listed.next(), 'second')
  const ended = once(open.get('/list')!, 'close')
  callers.becomes(viewer)
  await inTime('the list ends', ended)
  pictures.send('second')
  equal(await pictures.next(), 'second')
})

test('RA12 whose answer has ended keeps their connection, whatever is taken from them then', async t => {
  const callers = new ChangingCallers(both)
  const ended: Promise<unknown>[] = []
  await using server = await start(callers, routes => {
    routes.get('/list', { config: { access: list } }, async (_, { raw }) => {
      ended.push(once(raw, 'close'))
      return 'all of it'
    })
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const ask = async () => {
    const asking = request(`${server.url}/list`, { agent }).end()
    const [answer] = await once(asking, 'response')
    await Promise.all([once(answer.resume(), 'end'), ended.at(-1)])
    return asking.reusedSocket
  }
  equal(await ask(), false)
  callers.becomes(viewer)
  await new Promise(setImmediate)
  equal(await ask(), true)
})

test('RA13 who leaves while they are looked up is not here, and nothing is done for them', async () => {
  const leaving = new AbortController()
  const lookedUp = Promise.withResolvers<void>()
  let [judged, handled] = [0, 0]
  let judge = () => {}
  const again = async () => {
    judged++
    return viewer
  }
  const callers: Callers = {
    async who({ socket }) {
      const closed = once(socket, 'close')
      leaving.abort()
      await closed
      lookedUp.resolve()
      return { principal: viewer, again }
    },
    onChange: then => {
      judge = then
    }
  }
  await using server = await start(callers, routes => {
    routes.delete('/:stream/line', { config: { access: view } }, async () => ++handled)
  })
  await rejects(fetch(`${server.url}/yard/line`, { method: 'DELETE', signal: leaving.signal }))
  await lookedUp.promise
  await new Promise(setImmediate)
  judge()
  await new Promise(setImmediate)
  deepStrictEqual([judged, handled], [0, 0])
})
