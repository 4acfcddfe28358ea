import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { Principal } from '../../../src/access/principal.ts'
import type { Callers } from '../../../src/api/callers.ts'
import type { StoredEvent } from '../../../src/contract/api/event.ts'
import { Users } from '../../../src/store/users.ts'
import { crossing, crowd, startMs } from '../../store/records.ts'
import { RestHouse } from './rest-house.ts'

type Items = { readonly items: readonly StoredEvent[]; readonly next: string | null }

const records = [
  ...Array.from({ length: 250 }, (_, index) => crossing({ n: index + 1, afterMs: Math.floor(index / 3) * 1000 })),
  crossing({ stream: 'street', label: '=HYPERLINK("x")', n: 1, afterMs: 1000 }),
  crowd({ stream: 'street', n: 1, afterMs: 2000 })
]

async function openHouse(t: Parameters<typeof RestHouse.open>[0]): Promise<RestHouse> {
  const house = await RestHouse.open(t)
  await house.store(...records)
  return house
}

test('P1 pages have every item once, whatever comes meanwhile', async t => {
  const house = await openHouse(t)
  const seen: string[] = []
  let path: string | undefined = '/api/v1/events?stream=yard&limit=60&order=oldest'
  for (let page = 0; path !== undefined; page++) {
    const answer = await house.ask(path)
    const { items, next } = (await answer.json()) as Items
    seen.push(...items.map(({ event }) => event.id))
    if (page === 1) await house.store(crossing({ n: 900, afterMs: 0 }))
    const link = /^<(\/api\/v1\/events\?[^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]
    strictEqual(link !== undefined, next !== null)
    path = link
  }
  strictEqual(seen.length, 250)
  strictEqual(new Set(seen).size, 250)
})

test('P2 a cursor belongs to its list, its filters and whoever asked', async t => {
  const house = await openHouse(t)
  const { next } = (await house.json('/api/v1/events?limit=1')).body as unknown as Items
  const cases = [
    `/api/v1/events?limit=1&stream=yard&cursor=${next}`,
    `/api/v1/recordings?cursor=${next}`,
    '/api/v1/events?cursor=AAAA'
  ]
  for (const path of cases) {
    const { status, body } = await house.json(path)
    deepStrictEqual([status, body.code], [400, 'SL_QUERY_INVALID'], path)
  }
  strictEqual((await house.ask(`/api/v1/events?limit=1&cursor=${next}`, { as: 'vera' })).status, 400)
})

test('P3 filters of one kind may be repeated, and leave what they say', async t => {
  const house = await openHouse(t)
  const path = `/api/v1/events?stream=yard&stream=street&kind=crowd-formed&fromMs=${startMs}&toMs=${startMs + 2001}`
  const { items } = (await house.json(path)).body as unknown as Items
  deepStrictEqual(
    items.map(({ event }) => event.kind),
    ['crowd-formed']
  )
})

for (const [title, path, accept] of [
  ['the parameter', '/api/v1/events?format=csv', 'application/json'],
  ['the header', '/api/v1/events', 'text/html;q=0.4, text/csv, application/json;q=0.9']
] as const)
  test(`P4 the whole list comes as CSV where ${title} says so, and no cell of it is a formula`, async t => {
    const house = await openHouse(t)
    const answer = await house.ask(path, { headers: { accept } })
    match(answer.headers.get('content-type') ?? '', /^text\/csv/)
    const lines = (await answer.text()).trimEnd().split('\r\n')
    strictEqual(lines.length, 1 + records.length)
    match(lines[0]!, /^time,atMs,stream,epoch,kind,/)
    const cells = lines.find(line => line.includes('HYPERLINK'))!
    ok(cells.includes(`"'=HYPERLINK(""x"")"`), cells)
  })

test('P5 as NDJSON it has a line for each item, and no more than asked for', async t => {
  const house = await openHouse(t)
  const answer = await house.ask('/api/v1/events?format=ndjson&stream=yard&limit=201&order=oldest')
  const lines = (await answer.text()).trimEnd().split('\n')
  strictEqual(lines.length, 201)
  strictEqual((JSON.parse(lines[200]!) as StoredEvent).event.id, records[200]!.id)
})

test('P6 what is wrong with an export is said before it begins', async t => {
  const house = await openHouse(t)
  const { status, body } = await house.json('/api/v1/events?format=csv&cursor=AAAA')
  deepStrictEqual([status, body.code], [400, 'SL_QUERY_INVALID'])
})

test('P7 an export ends when whoever asked has gone', async t => {
  let pages = 0
  const event = { atMs: 1, event: records[0]!.body }
  const items = Array.from({ length: 1000 }, () => event)
  const house = await RestHouse.open(t, {
    events: {
      async page() {
        pages++
        await new Promise(resolve => setImmediate(resolve))
        return { items, next: 'AAAA' }
      },
      byId: async () => undefined
    }
  })
  const leaving = new AbortController()
  const answer = await fetch(`${house.url}/api/v1/events?format=ndjson`, {
    headers: { authorization: 'Bearer admin' },
    signal: leaving.signal
  })
  const reader = answer.body!.getReader()
  await reader.read()
  leaving.abort()
  // Nothing is read any more once a whole other request passes without a page.
  for (let before = -1; before !== pages; ) {
    before = pages
    await house.json('/api/v1/sites')
    await house.json('/api/v1/jobs')
  }
  ok(pages < 1000, `${pages} pages were read`)
})

test('P8 nobody has more than four exports under way, and whoever asked first keeps theirs', async t => {
  const items = Array.from({ length: 1000 }, () => ({ atMs: 1, event: records[0]!.body }))
  const house = await RestHouse.open(t, {
    events: { page: async () => ({ items, next: 'AAAA' }), byId: async () => undefined }
  })
  const leaving = new AbortController()
  const headers = { authorization: 'Bearer olga' }
  const ask = () => fetch(`${house.url}/api/v1/events?format=ndjson`, { headers, signal: leaving.signal })
  const answers = await Promise.all([ask(), ask(), ask(), ask()])
  deepStrictEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200]
  )
  const fifth = await house.json('/api/v1/events?format=csv', { as: 'olga' })
  deepStrictEqual([fifth.status, fifth.body.code], [503, 'SL_QUERY_BUSY'])
  strictEqual((await house.ask('/api/v1/events?limit=1', { as: 'olga' })).status, 200)
  strictEqual((await house.ask('/api/v1/events?format=csv&limit=1', { as: 'vera' })).status, 200)
  leaving.abort()
  let status = 503
  while (status === 503) ({ status } = await house.ask('/api/v1/events?format=csv&limit=1', { as: 'olga' }))
  strictEqual(status, 200)
})

test('P8b whose programs are called as another’s keeps nobody from their own exports', async t => {
  const items = Array.from({ length: 1000 }, () => ({ atMs: 1, event: records[0]!.body }))
  const events = { page: async () => ({ items, next: 'AAAA' }), byId: async () => undefined }
  const callers: Callers = {
    async who({ headers: { authorization = '' } }) {
      const userId = authorization.replace('Bearer ', '')
      const reach = { scopes: undefined, viewing: 'all', operating: 'all' } as const
      const principal: Principal = { actor: 'token:export', userId, role: 'viewer', ...reach }
      return { principal, again: async () => principal }
    },
    onChange: () => undefined
  }
  const house = await RestHouse.open(t, { events }, { callers })
  const leaving = new AbortController()
  const ask = (name: string) =>
    fetch(`${house.url}/api/v1/events?format=ndjson`, {
      headers: { authorization: `Bearer ${name}` },
      signal: leaving.signal
    })
  const answers = await Promise.all(['olga', 'olga', 'olga', 'olga'].map(ask))
  deepStrictEqual(
    [...answers, await ask('olga'), await ask('vera')].map(({ status }) => status),
    [...[200, 200, 200, 200], ...[503, 200]]
  )
  leaving.abort()
})

test('P8c who has gone before their export began takes no place', async t => {
  const most = 4
  const leaving = new AbortController()
  const gone: Promise<unknown>[] = []
  const more: Parameters<typeof RestHouse.open>[2] = {
    async routes(server) {
      server.addHook('preHandler', async ({ headers }, { raw }) => {
        if (headers['x-leaves'] === undefined) return
        const left = once(raw, 'close')
        if (gone.push(left) === most) leaving.abort()
        await left
      })
    }
  }
  const house = await RestHouse.open(t, {}, more)
  const headers = { authorization: 'Bearer olga', 'x-leaves': 'yes' }
  const ask = () => fetch(`${house.url}/api/v1/events?format=csv`, { headers, signal: leaving.signal })
  await Promise.all(Array.from({ length: most }, () => rejects(ask())))
  await Promise.all(gone)
  strictEqual((await house.ask('/api/v1/events?format=csv', { as: 'olga' })).status, 200)
})

test('P9 what somebody has marked as seen is so for them alone, and leaves their list of what is not', async t => {
  const house = await openHouse(t)
  const users = new Users(house.database)
  for (const id of ['olga', 'vera'])
    await users.create({
      id,
      name: `${id}@example.org`,
      role: 'viewer',
      password: null,
      createdMs: 1,
      disabledMs: null
    })
  const list = async (as: 'olga' | 'vera', more: string) =>
    ((await house.json(`/api/v1/events?stream=yard&limit=1000&marks=true${more}`, { as })).body as unknown as Items)
      .items
  const ids = (await list('olga', '')).map(({ event }) => event.id)
  const body = { ids: [ids[0], 'street/1/x/y/z/1', 'elsewhere/1/x/y/z/1'], seen: true }
  strictEqual((await house.ask('/api/v1/events/seen', { method: 'PUT', as: 'olga', body })).status, 204)
  deepStrictEqual(
    (await list('olga', '')).map(({ seen }) => seen),
    ids.map((_, index) => index === 0)
  )
  deepStrictEqual(
    (await list('olga', '&unseen=true')).map(({ event }) => event.id),
    ids.slice(1)
  )
  strictEqual((await list('vera', '&unseen=true')).length, ids.length)
  const kept = await house.database.sql.selectFrom('seen_events').select('event_id').execute()
  strictEqual(
    kept.some(({ event_id }) => event_id.startsWith('elsewhere')),
    false
  )
  const reader = await house.ask('/api/v1/events/seen', { method: 'PUT', as: 'reader', body })
  strictEqual(reader.status, 403)
})

test('P9 as many as may be marked at once fit into a request, with the longest ids there are', async t => {
  const house = await openHouse(t)
  const body = { ids: Array.from({ length: 1000 }, (_, n) => `${n}`.padEnd(512, '界')), seen: true }
  strictEqual((await house.ask('/api/v1/events/seen', { method: 'PUT', as: 'olga', body })).status, 204)
})
