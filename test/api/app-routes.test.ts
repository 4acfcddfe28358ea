import { deepStrictEqual, equal, match } from 'node:assert/strict'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { AppFiles } from '../../src/api/app-files.ts'
import { appRoutes } from '../../src/api/app-routes.ts'
import { FirstLoads } from '../../src/api/first-loads.ts'
import { type RunningServer, startServer } from '../../src/api/server.ts'
import { admin, letIn } from '../support/let-in.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const firstLoads = [
  { path: '/events', files: ['app/events-a1B2c3D4.js', 'app/list-a1B2c3D4.css'], asked: ['/api/v1/events?limit=9'] },
  { path: '/reports/$id', files: [], asked: ['/api/v1/reports/$id'] },
  { path: '/account', files: [], asked: [] }
]
const stack = new AsyncDisposableStack()
let server: RunningServer
let files: AppFiles

/** The app, and what its pages ask for. */
function withApi(each: FastifyInstance, files: AppFiles): void {
  appRoutes(each, files)
  for (const [path, area] of [
    ['/api/v1/events', 'events'],
    ['/api/v1/reports/:id', 'recordings']
  ] as const)
    each.get(path, { config: { access: { area, need: 'view', stream: 'found' } } }, () => '')
}

before(async () => {
  const { path } = stack.use(await temporaryFolder())
  await mkdir(join(path, 'app'))
  await writeFile(join(path, 'index.html'), '<!doctype html><title>app</title>')
  await writeFile(join(path, 'secret.js'), 'secret')
  await writeFile(join(path, 'app/main-a1B2c3D4.js'), 'run()')
  await writeFile(join(path, 'app/main-a1B2c3D4.js.gz'), gzipSync('run()'))
  await writeFile(join(path, 'app/theme.js'), 'theme()')
  await writeFile(join(path, 'app/service-worker.js'), 'work()')
  await writeFile(join(path, 'first-loads.json'), JSON.stringify(firstLoads))
  files = new AppFiles(pathToFileURL(`${path}/`))
  server = stack.use(
    await startServer({
      callers: letIn(),
      host: '127.0.0.1',
      port: 0,
      health: { problems: () => [] },
      routes: each => withApi(each, files)
    })
  )
})
after(() => stack.disposeAsync())

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers })

for (const path of ['/', '/events', '/streams/door', '/reports/7/tracks?track=3']) {
  test(`A1 ${path} is the app’s page, with the policy of our pages`, async () => {
    const answer = await get(path)
    match(await answer.text(), /<title>app</)
    match(answer.headers.get('content-security-policy') ?? '', /^default-src 'self'/)
    equal(answer.headers.get('cache-control'), 'no-cache')
  })
}

test('A2 a file whose name tells its content is kept by browsers, another is asked for again', async () => {
  const kept = async (path: string) => (await get(path)).headers.get('cache-control')
  deepStrictEqual(
    [await kept('/app/main-a1B2c3D4.js'), await kept('/app/theme.js')],
    ['private, max-age=31536000, immutable', 'no-cache']
  )
})

for (const [accepted, encoding] of [
  ['gzip, deflate', 'gzip'],
  ['identity', null],
  ['gzip;q=0', null],
  ['br', null] // Not there packed so.
] as const) {
  test(`A3 to whoever takes “${accepted}” a file comes as ${encoding ?? 'it is'}`, async () => {
    const answer = await get('/app/main-a1B2c3D4.js', { 'accept-encoding': accepted })
    equal(answer.headers.get('content-encoding'), encoding)
    equal(await answer.text(), 'run()')
  })
}

test('A4 what has not changed is not sent again', async () => {
  const tag = (await get('/events')).headers.get('etag') ?? ''
  equal((await get('/events', { 'if-none-match': tag })).status, 304)
})

test('A7 the worker may stand by for every page, fetch what they may, and is asked for again each time', async () => {
  const { headers } = await get('/app/service-worker.js')
  equal(headers.get('service-worker-allowed'), '/')
  match(headers.get('content-security-policy') ?? '', /^default-src 'self'/)
  equal(headers.get('cache-control'), 'no-cache')
  equal((await get('/app/theme.js')).headers.has('service-worker-allowed'), false, 'no other file')
})

for (const [path, links] of [
  [
    '/events',
    '</app/events-a1B2c3D4.js>; rel=modulepreload, </app/list-a1B2c3D4.css>; rel=preload; as=style; crossorigin, ' +
      '</api/v1/events?limit=9>; rel=preload; as=fetch; crossorigin'
  ],
  // What was chosen decides what is asked for.
  [
    '/events?kind=all',
    '</app/events-a1B2c3D4.js>; rel=modulepreload, </app/list-a1B2c3D4.css>; rel=preload; as=style; crossorigin'
  ],
  ['/reports/r-7', '</api/v1/reports/r-7>; rel=preload; as=fetch; crossorigin'],
  // Nothing of an address ends what stands around it.
  ['/reports/r-7>;rel=stylesheet', null],
  ['/reports/r-7/more', null],
  ['/account', null]
] as const) {
  test(`A8 ${path} is told with ${links ? 'what it is going to fetch' : 'nothing to fetch'}`, async () => {
    equal((await get(path)).headers.get('link'), links)
  })
}

test('A11 nobody is told to fetch what they may not have', async () => {
  await using limited = await startServer({
    callers: letIn({ ...admin, scopes: new Set(['live:read', 'events:read']) }),
    host: '127.0.0.1',
    port: 0,
    health: { problems: () => [] },
    routes: each => withApi(each, files)
  })
  const told = async (path: string) => (await fetch(`${limited.url}${path}`)).headers.get('link')
  match((await told('/events')) ?? '', /<\/api\/v1\/events\?/)
  equal(await told('/reports/r-7'), null)
})

test('A10 an address fills no header of the answer, however long it is', async () => {
  equal((await get(`/reports/${'a'.repeat(10_000)}`)).headers.get('link'), null)
})

test('A9 while a new build is being written, pages come without what is not whole yet, and with it afterwards', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'first-loads.json')
  const known = new FirstLoads(pathToFileURL(file))
  const whole = JSON.stringify(firstLoads)
  const told: (string | undefined)[] = []
  for (const [n, text] of ['', whole.slice(0, 40), whole].entries()) {
    await writeFile(file, text)
    await utimes(file, n, n)
    told.push(await known.of('/reports/7', () => true))
  }
  deepStrictEqual(told, [undefined, undefined, '</api/v1/reports/7>; rel=preload; as=fetch; crossorigin'])
})

for (const path of ['/app/..%2fsecret.js', '/app/%2e%2e%2findex.html', '/app/none.js', '/app/.hidden', '/nowhere'])
  test(`A5 ${path} is not there`, async () => equal((await get(path)).status, 404))

test('A6 where the app is not built, the plain live page is what there is', async () => {
  await using folder = await temporaryFolder()
  await using unbuilt = await startServer({
    callers: letIn(),
    host: '127.0.0.1',
    port: 0,
    health: { problems: () => [] },
    routes: each => appRoutes(each, new AppFiles(pathToFileURL(`${folder.path}/`)))
  })
  const answer = await fetch(`${unbuilt.url}/`, { redirect: 'manual' })
  deepStrictEqual([answer.status, answer.headers.get('location')], [302, '/web/live/index.html'])
})
