import { deepStrictEqual, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { GuardedRule } from '../../src/access/access-rule.ts'
import { ShareLinks } from '../../src/store/share-links.ts'
import { Users } from '../../src/store/users.ts'
import { fill, framesFromMs, type StreamContents } from '../api/rest/rest-contents.ts'
import { people } from '../api/rest/rest-house.ts'
import { ServedHouse } from '../support/served-house.ts'

// What is behind the rules: of two streams with one of everything, who may see the yard alone finds nothing of the attic, by
// whichever route that no rule has judged by the stream's name. A route that is missing in `cases` fails the first test.

interface Asked {
  readonly path: string
  readonly body?: object
}
/** A list, by a query that shows both streams; one thing of a stream; or why a route says nothing of any. */
type Case = { readonly list: string } | { readonly one: (what: StreamContents) => Asked } | string

const range = `fromMs=${framesFromMs}&toMs=${framesFromMs + 6000}`
const minutes = 'fromMs=1700000040000&toMs=1700000100000&period=hour&groupBy=stream'
const past = { fromMs: framesFromMs, toMs: framesFromMs + 6000 }
const wholePicture = { x: 0, y: 0, w: 1, h: 1 }
/** A ground of ten metres by ten that is seen from above. */
const square = {
  points: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1]
  ].map(([x = 0, y = 0]) => ({ image: [x, y], world: [x * 10, y * 10] }))
}
const links = 'somebody’s who is a user, or has a link: share-links.test.ts'
const uploads = 'each sees their own: api/uploads/refused.test.ts, R8'

const cases: Readonly<Record<string, Case>> = {
  'POST /graphql': 'its fields have rules of their own: access-fields.test.ts',
  'GET /api/v1/streams': { list: '' },
  'POST /api/v1/streams': 'makes one: stream-api.test.ts, SA5 and SA7',
  'GET /api/v1/sites': { list: '' },
  'GET /api/v1/sites/:id': { one: ({ siteId }) => ({ path: `/api/v1/sites/${siteId}` }) },
  'POST /api/v1/sources/test': 'opens what it is given',
  'GET /api/v1/jobs': { list: '' },
  'POST /api/v1/jobs': { one: ({ recordingId }) => ({ path: '/api/v1/jobs', body: { recording: recordingId } }) },
  'GET /api/v1/jobs/:id': { one: ({ jobId }) => ({ path: `/api/v1/jobs/${jobId}` }) },
  'GET /api/v1/jobs/:id/preview.jpg': { one: ({ jobId }) => ({ path: `/api/v1/jobs/${jobId}/preview.jpg` }) },
  'POST /api/v1/jobs/:id/cancel': { one: ({ jobId }) => ({ path: `/api/v1/jobs/${jobId}/cancel` }) },
  'GET /api/v1/tracks': { list: 'stream=yard&stream=attic' },
  'GET /api/v1/identities': { list: '' },
  'GET /api/v1/identities/:id': { one: ({ stream }) => ({ path: `/api/v1/identities/ada-${stream}` }) },
  'GET /api/v1/identities/:id/tracks': { one: ({ stream }) => ({ path: `/api/v1/identities/ada-${stream}/tracks` }) },
  'POST /api/v1/identities/:id/split': {
    one: ({ stream }) => ({
      path: `/api/v1/identities/ada-${stream}/split`,
      body: { tracks: [{ stream, epoch: 1, trackId: 2 }] }
    })
  },
  'POST /api/v1/identities/:id/merge': {
    one: ({ stream }) => ({ path: `/api/v1/identities/ada-${stream}/merge`, body: { into: `bob-${stream}` } })
  },
  'GET /api/v1/events': { list: '' },
  'GET /api/v1/events/counts': { list: minutes },
  'GET /api/v1/events/ranking': { list: minutes },
  'GET /api/v1/events/:id': { one: ({ eventId }) => ({ path: `/api/v1/events/${encodeURIComponent(eventId)}` }) },
  'GET /api/v1/measures': { one: ({ stream }) => ({ path: `/api/v1/measures?stream=${stream}` }) },
  'GET /api/v1/measures/samples': {
    one: ({ stream }) => ({ path: `/api/v1/measures/samples?stream=${stream}&fromMs=0&toMs=60000&period=hour` })
  },
  'POST /api/v1/measures/query': {
    one: ({ stream }) => ({ path: '/api/v1/measures/query', body: { stream, ...past, lines: {} } })
  },
  'GET /api/v1/trajectories': { one: ({ stream }) => ({ path: `/api/v1/trajectories?stream=${stream}&${range}` }) },
  'POST /api/v1/trajectories/region': {
    one: ({ stream }) => ({
      path: '/api/v1/trajectories/region',
      body: { streams: stream === 'yard' ? ['yard'] : ['yard', stream], ...past, area: wholePicture }
    })
  },
  'GET /api/v1/recordings': { list: '' },
  'GET /api/v1/recordings/:id': { one: ({ recordingId }) => ({ path: `/api/v1/recordings/${recordingId}` }) },
  'PATCH /api/v1/recordings/:id': {
    one: ({ recordingId, stream }) => ({ path: `/api/v1/recordings/${recordingId}`, body: { title: `New ${stream}` } })
  },
  'GET /api/v1/recordings/:id/video': {
    one: ({ recordingId }) => ({ path: `/api/v1/recordings/${recordingId}/video` })
  },
  'GET /api/v1/reports': { list: '' },
  'GET /api/v1/reports/:id': { one: ({ recordingId }) => ({ path: `/api/v1/reports/${recordingId}` }) },
  'PUT /api/v1/reports/:id/calibration': {
    one: ({ recordingId }) => ({ path: `/api/v1/reports/${recordingId}/calibration`, body: square })
  },
  'GET /api/v1/reports/:id/:name': {
    one: ({ recordingId }) => ({ path: `/api/v1/reports/${recordingId}/paths.json` })
  },
  'GET /api/v1/share-links': { list: '' },
  'POST /api/v1/share-links': links,
  'DELETE /api/v1/share-links/:id': links,
  'GET /api/v1/shared/:link': links,
  'GET /api/v1/shared/:link/video': links,
  'GET /api/v1/shared/:link/tracks': links,
  'GET /api/v1/shared/:link/frames': links,
  'GET /api/v1/shared/:link/files/:name': links,
  'GET /api/v1/shared/:link/tracks/:track/snapshot.jpg': links,
  'GET /api/v1/clips': { list: '' },
  'GET /api/v1/clips/:id': { one: ({ clipId }) => ({ path: `/api/v1/clips/${clipId}` }) },
  'GET /api/v1/clips/:id/video': { one: ({ clipId }) => ({ path: `/api/v1/clips/${clipId}/video` }) },
  'GET /api/v1/models': 'what the server can run',
  'GET /api/v1/models/:name': 'what the server can run',
  'POST /api/v1/models/:name/try': 'looks at what it is given',
  'GET /api/v1/config/schema.json': 'what settings there may be',
  'GET /api/v1/tokens': 'somebody’s own: api/rest/users.test.ts, U4',
  'POST /api/v1/tokens': 'somebody’s own: api/rest/users.test.ts, U5',
  'DELETE /api/v1/tokens/:id': 'somebody’s own: api/rest/users.test.ts, U4',
  'GET /api/v1/sessions': 'somebody’s own: api/rest/sessions.test.ts, SE1',
  'DELETE /api/v1/sessions': 'somebody’s own: api/rest/sessions.test.ts, SE3',
  'DELETE /api/v1/sessions/:id': 'somebody’s own: api/rest/sessions.test.ts, SE2',
  'PUT /api/v1/events/seen': 'somebody’s own: api/rest/lists.test.ts, P9',
  'PUT /api/v1/session/password': 'somebody’s own',
  'GET /api/v1/uploads': uploads,
  'POST /api/v1/uploads': uploads,
  'GET /api/v1/uploads/:id': uploads,
  'PATCH /api/v1/uploads/:id': uploads,
  'DELETE /api/v1/uploads/:id': uploads,
  'POST /camera/start': 'for the addresses that the settings name: camera-api.test.ts, CA5',
  'POST /camera/stop': 'for the addresses that the settings name: camera-api.test.ts, CA5'
}

let served: ServedHouse
let yard: StreamContents
let attic: StreamContents
/** Which olga, an operator elsewhere, may look at. */
let street: StreamContents
/** By route, the parameters that its query may have. */
const parameters = new Map<string, readonly string[]>()

before(async () => {
  served = await ServedHouse.open(
    {},
    {
      callers: () => people,
      prepare: server =>
        void server.addHook('onRoute', ({ method, url, schema }) => {
          const query = schema?.querystring as { readonly properties?: object } | undefined
          parameters.set(`${method} ${url}`, Object.keys(query?.properties ?? {}))
        })
    }
  )
  yard = await fill(served.house.storage, 'yard')
  attic = await fill(served.house.storage, 'attic')
  street = await fill(served.house.storage, 'street')
  const { database } = served.house.storage
  const facts = { role: 'admin', password: null, createdMs: 1, disabledMs: null } as const
  await new Users(database).create({ id: 'root', name: 'root', ...facts })
  for (const { recordingId: recording } of [yard, attic]) {
    const wish = { recording, userId: 'root', title: null, createdMs: 1, expiresMs: 253_402_300_000_000 }
    await new ShareLinks(database).issue(wish)
  }
})
after(() => served[Symbol.asyncDispose]())

/** Those whose rule has not judged already: only admins may administer, and they see everything. */
function behindRules(): readonly { readonly name: string; readonly path: string; readonly rule: GuardedRule }[] {
  return served.server.routeRules.flatMap(({ method, path, rule }) =>
    'open' in rule ||
    rule.stream === 'each' ||
    rule.stream === 'all' ||
    rule.need === 'administer' ||
    ['UPGRADE', 'HEAD', 'OPTIONS'].includes(method)
      ? []
      : [{ name: `${method} ${path}`, path: String(path), rule }]
  )
}
/** What is no part of the API is the same for everybody. */
const isPage = (name: string) => /^GET \/(?!api\/)/.test(name)

async function ask(name: string, { path, body }: Asked, as: string) {
  const [method] = name.split(' ')
  const { status, text, body: told } = await served.ask(`${method} ${path}`, { as, body })
  return { status, code: status < 400 ? undefined : told.code, text }
}

test('AC1 each route is gone through here, or it is said why not', () => {
  deepStrictEqual(
    behindRules()
      .map(({ name }) => name)
      .filter(name => !isPage(name))
      .sort(),
    Object.keys(cases).sort()
  )
})

const of = <Kind extends 'list' | 'one'>(kind: Kind) =>
  Object.entries(cases).filter((each): each is [string, Extract<Case, Record<Kind, unknown>>] =>
    Object.hasOwn(Object(each[1]), kind)
  )
const others = ['attic', 'site-attic', 'attic/1/1', 'stream', 'csv', 'ndjson']

for (const [name, { list }] of of('list'))
  test(`AC2 ${name} shows what is permitted and nothing else, whatever is asked of it`, async () => {
    const [, path = ''] = name.split(' ')
    const plain = { path: `${path}?${list}` }
    const everything = await ask(name, plain, 'admin')
    ok(everything.text.includes('attic') && everything.text.includes('yard'), everything.text.slice(0, 300))
    const asked = [
      plain,
      ...(parameters.get(name) ?? []).flatMap(parameter =>
        others.map(value => ({ path: `${path}?${list}&${parameter}=${encodeURIComponent(value)}` }))
      )
    ]
    for (const as of ['olga', 'vera', 'nemo'])
      for (const request of as === 'vera' ? asked : [plain]) {
        const { status, text } = await ask(name, request, as)
        ok(status === 200 || status === 400, `${request.path} ${status}`)
        ok(status === 400 || !text.includes('attic'), `${as} ${request.path}: ${text.slice(0, 300)}`)
      }
    const own = await ask(name, plain, 'vera')
    ok(own.text.includes('yard'))
    ok(!(await ask(name, plain, 'nemo')).text.includes('yard'))
    if (parameters.get(name)?.includes('cursor'))
      for (const as of ['vera', 'nemo']) await neverLeadsTo('attic', as, `${path}?${list}&limit=1`)
  })

/** Page by page: what one is told of where the next begins is read, too, and none is empty on the way to more. */
async function neverLeadsTo(stream: string, as: string, path: string): Promise<void> {
  for (let cursor = ''; ; ) {
    const { body } = await served.ask(`GET ${path}${cursor && `&cursor=${cursor}`}`, { as })
    const { items, next } = body as { readonly items: readonly unknown[]; readonly next: string | null }
    if (next === null) return
    ok(items.length > 0, `${as} ${path}: an empty page says that there is more`)
    ok(!Buffer.from(next, 'base64url').toString().includes(stream), `${as} ${path}: the cursor says it`)
    cursor = next
  }
}

for (const [name, { one }] of of('one'))
  test(`AC3 ${name} is, for who may not see the stream, as if it was not there`, async () => {
    const { need } = behindRules().find(each => each.name === name)!.rule
    const nothing = one({
      ...{ stream: 'nowhere', recordingId: 'aaaaaaaaaaaa', jobId: 'aaaaaaaaaaaa', clipId: 'none', siteId: 'none' },
      eventId: attic.eventId.replace('attic', 'nowhere')
    })
    for (const as of ['olga', 'vera', 'nemo']) {
      const { status, code } = await ask(name, one(attic), as)
      const absent = await ask(name, nothing, as)
      const right = need === 'view' || as !== 'vera' ? 404 : 403
      deepStrictEqual([as, status, code], [as, right, absent.code])
      deepStrictEqual(absent.status, right)
    }
    for (const [as, what, right] of [
      ['vera', yard, need === 'view' ? 2 : 4],
      ['olga', yard, 2],
      ['olga', street, need === 'view' ? 2 : 4],
      ['nemo', yard, 4],
      ['admin', attic, 2]
    ] as const) {
      const { status, text } = await ask(name, one(what), as)
      deepStrictEqual([as, Math.floor(status / 100)], [as, right], text.slice(0, 300))
    }
  })

test('AC4 pages say nothing of any stream, to nobody', async () => {
  const pages = behindRules().filter(({ name }) => isPage(name))
  ok(pages.length > 5)
  for (const { name, path } of pages) {
    const { text } = await ask(name, { path: path.replace(/:\w+|\*/g, 'attic') }, 'admin')
    ok(!text.includes('site-attic') && !text.includes('camera.example/attic'), name)
  }
})

test('AC5 no path of the server is told', async () => {
  const { text } = await ask('GET', { path: `/api/v1/jobs/${yard.jobId}` }, 'admin')
  ok(!text.includes('/srv/secret'))
})

test('AC6 whoever looks at a stream is told whether they may change it', async () => {
  const told = async (as: string, stream: string) =>
    (await served.ask(`GET /api/v1/streams/${stream}`, { as })).body.mayOperate
  deepStrictEqual(
    await Promise.all([told('admin', 'yard'), told('olga', 'yard'), told('olga', 'street'), told('vera', 'yard')]),
    [true, true, false, false]
  )
})
