import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { scopes } from '../../src/access/principal.ts'
import { Audit } from '../../src/store/audit.ts'
import { fill, framesFromMs, type StreamContents, video } from '../api/rest/rest-contents.ts'
import { ServedHouse } from '../support/served-house.ts'

// A report that is shown to whoever has a link: that report, for as long as it is to be, and nothing else.

const regions = {
  lines: {
    door: [
      [0.5, 0.3],
      [0.5, 1]
    ]
  },
  zones: {}
}
let served: ServedHouse
let yard: StreamContents
let attic: StreamContents
let olga = ''
const tokens = new Map<string, string>()

before(async () => {
  served = await ServedHouse.open({}, { callers: identity => identity })
  yard = await fill(served.house.storage, 'yard')
  attic = await fill(served.house.storage, 'attic')
  const summary = Buffer.from(
    JSON.stringify({ input: { source: '/srv/secret/yard.mp4' }, model: 'yunet + /srv/own.onnx' })
  )
  const kept = { kind: 'report', owner: `job/${yard.recordingId}`, name: 'summary.json', stream: 'yard' } as const
  await served.house.storage.assets.keep(summary, kept, { contentType: 'application/json' })
  const facts = JSON.stringify({ regions })
  const { sql } = served.house.storage.database
  await sql.updateTable('recordings').set({ facts }).where('id', '=', yard.recordingId).execute()
  await join('root', 'admin')
  olga = await join('olga', 'operator', 'operator')
  await join('vera', 'viewer', 'viewer')
})
after(() => served[Symbol.asyncDispose]())

/** Somebody who was granted that of the yard. */
async function join(name: string, role: 'admin' | 'operator' | 'viewer', granted?: 'operator' | 'viewer') {
  const { accounts } = served.identity
  const userId = await accounts.add('test', { name, role })
  if (granted) await accounts.give('test', { userId, scope: 'stream', scopeId: 'yard', role: granted })
  const { token } = await accounts.issue('test', { userId, title: name, scopes, expiresMs: null })
  tokens.set(name, token)
  return userId
}

const elsewhere = { 'x-forwarded-for': '192.0.2.1' }
const as = (name: string) => ({ as: tokens.get(name) ?? 'nobody' })
/** As a browser in which nobody is signed in. */
const showing = (cookie: string) => ({ headers: { ...elsewhere, authorization: '', cookie } })

async function shared(recording: string, name = 'olga', wish: object = {}) {
  const answer = await served.ask('POST /api/v1/share-links', { ...as(name), body: { recording, ...wish } })
  const [, id = '', secret = ''] = /^\/shared\/([\w-]+)#([\w-]+)$/.exec(String(answer.body.path)) ?? []
  return { answer, id, secret, home: `/api/v1/shared/${id}` }
}

/** What a browser gets that has opened the link. */
async function opened(recording: string, name = 'olga') {
  const link = await shared(recording, name)
  const body = { secret: link.secret }
  const answer = await served.ask(`POST ${link.home}`, { ...showing(''), body })
  const given = answer.headers.get('set-cookie') ?? ''
  return { ...link, given, status: answer.status, cookie: given.split(';')[0]! }
}

test('RS1 whoever has the link sees the report, its video, boxes, tracks and files', async () => {
  const { home, cookie, status } = await opened(yard.recordingId)
  equal(status, 204)
  const get = (path: string) => served.ask(`GET ${home}${path}`, showing(cookie))
  const { title, regions: drawn } = (await get('')).body
  deepStrictEqual([title, drawn], ['Match at yard', regions])
  equal((await get('/video')).text, video.toString())
  const frames = await get(`/frames?fromMs=${framesFromMs}&toMs=${framesFromMs + 6000}`)
  ok((frames.body.items as readonly { tracks: readonly unknown[] }[]).some(({ tracks }) => tracks.length > 0))
  equal((await get('/tracks')).status, 200)
  equal((await get('/files/paths.json')).text, '{}')
})

test('RS2 what it shows says nothing of the server: no path, no stream but its own', async () => {
  const { home, cookie } = await opened(yard.recordingId)
  const { text, body } = await served.ask(`GET ${home}`, showing(cookie))
  ok(!text.includes('/srv/') && !text.includes('attic') && !text.includes('summary.json'), text)
  ok((body.files as readonly { href: string }[]).every(({ href }) => href.startsWith(`${home}/files/`)))
  equal((await served.ask(`GET ${home}/files/summary.json`, showing(cookie))).status, 404)
  equal((await served.ask(`GET ${home}/tracks?stream=attic`, showing(cookie))).status, 400)
})

test('RS3 a browser sends it below the link’s address alone, and shows it to no script', async () => {
  const { home, given } = await opened(yard.recordingId)
  match(given, new RegExp(`^sightline-share=sll_[\\w-]+; Path=${home}; Max-Age=\\d+; HttpOnly; SameSite=Strict$`))
})

test('RS4 it is nobody elsewhere, and below another link’s address', async () => {
  const mine = await opened(yard.recordingId)
  const other = await opened(attic.recordingId, 'root')
  for (const path of [
    other.home,
    `${other.home}/video`,
    '/api/v1/reports',
    '/api/v1/share-links',
    '/api/v1/streams',
    '/'
  ])
    equal((await served.ask(`GET ${path}`, showing(mine.cookie))).status, 401, path)
  for (const method of ['DELETE', 'PATCH', 'PUT']) {
    equal((await served.ask(`${method} ${mine.home}`, showing(mine.cookie))).status, 405, method)
    equal((await served.ask(`${method} ${mine.home}`, as('root'))).status, 405, method)
  }
})

test('RS5 without its secret nobody sees it: no stranger, and nobody who is signed in', async () => {
  const { home } = await shared(yard.recordingId)
  for (const path of ['', '/video', '/tracks', '/files/paths.json', '/tracks/1/snapshot.jpg']) {
    equal((await served.ask(`GET ${home}${path}`, showing(''))).status, 401, path)
    equal((await served.ask(`GET ${home}${path}`, as('root'))).status, 401, path)
  }
  const wrong = await served.ask(`POST ${home}`, { ...showing(''), body: { secret: `sll_${'x'.repeat(43)}` } })
  deepStrictEqual([wrong.status, wrong.headers.get('set-cookie')], [404, null])
})

test('RS12 written otherwise, its address is nobody’s: who is signed in is told that it is not there', async () => {
  const { home, cookie } = await opened(yard.recordingId)
  const written = home.replace('shared', '%73hared')
  equal((await served.ask(`GET ${written}`, as('root'))).status, 404)
  equal((await served.ask(`GET ${written}/video`, as('root'))).status, 404)
  equal((await served.ask(`GET ${written}`, showing(cookie))).status, 401)
})

test('RS6 revoked, it shows nothing at once, by whoever may change the recording', async () => {
  const { home, id, cookie, secret } = await opened(yard.recordingId)
  equal((await served.ask(`GET ${home}`, showing(cookie))).status, 200)
  equal((await served.ask(`DELETE /api/v1/share-links/${id}`, as('vera'))).status, 403)
  equal((await served.ask(`DELETE /api/v1/share-links/${id}`, as('root'))).status, 204)
  equal((await served.ask(`GET ${home}`, showing(cookie))).status, 401)
  equal((await served.ask(`POST ${home}`, { ...showing(''), body: { secret } })).status, 404)
  equal((await served.ask(`DELETE /api/v1/share-links/${id}`, as('root'))).status, 404)
})

test('RS7 it shows no more than who made it may share, and is as it was once they may again', async () => {
  const { home, cookie } = await opened(yard.recordingId)
  const status = async () => (await served.ask(`GET ${home}`, showing(cookie))).status
  const { accounts } = served.identity
  const grant = { userId: olga, scope: 'stream', scopeId: 'yard' } as const
  await accounts.give('test', { ...grant, role: 'viewer' })
  equal(await status(), 401)
  await accounts.give('test', { ...grant, role: 'operator' })
  equal(await status(), 200)
  await accounts.change('test', olga, { isDisabled: true })
  equal(await status(), 401)
  await accounts.change('test', olga, { isDisabled: false })
})

test('RS8 it is made by who may change the recording: others are refused, or told that it is not there', async () => {
  deepStrictEqual((await shared(yard.recordingId, 'vera')).answer.body.code, 'SL_NOT_PERMITTED')
  deepStrictEqual((await shared(attic.recordingId, 'olga')).answer.body.code, 'SL_RESOURCE_UNKNOWN')
  deepStrictEqual((await shared('none', 'root')).answer.body.code, 'SL_RESOURCE_UNKNOWN')
})

test('RS9 it ends: in a week unless said, never later than a year, never before now', async () => {
  const { answer } = await shared(yard.recordingId)
  ok(Math.abs(Number(answer.body.expiresMs) - Date.now() - 7 * 86_400_000) < 60_000)
  for (const expiresMs of [1000, Date.now() - 1, Date.now() + 367 * 86_400_000])
    equal((await shared(yard.recordingId, 'olga', { expiresMs })).answer.body.code, 'SL_REQUEST_INVALID')
})

test('RS10 of one report there are so many links, and no more', async () => {
  let last = await shared(attic.recordingId, 'root')
  for (let made = 1; made < 30 && last.answer.status === 201; made++) last = await shared(attic.recordingId, 'root')
  deepStrictEqual([last.answer.status, last.answer.body.code], [409, 'SL_LIMIT_REACHED'])
  const { items } = (await served.ask(`GET /api/v1/share-links?recording=${attic.recordingId}`, as('root'))).body
  equal((items as readonly unknown[]).length, 20)
})

test('RS11 who made and revoked one is in the audit, and its secret nowhere', async () => {
  const { id, secret } = await shared(yard.recordingId)
  await served.ask(`DELETE /api/v1/share-links/${id}`, as('olga'))
  const { items } = await new Audit(served.house.storage.database).page({ limit: 2 })
  deepStrictEqual(
    items.map(({ action, actor, subject }) => [action, actor, subject]),
    ['share-link-revoked', 'report-shared'].map(action => [action, 'token:olga/olga', `recording/${yard.recordingId}`])
  )
  ok(!JSON.stringify(items).includes(secret))
  ok(!(await served.ask('GET /api/v1/share-links', as('root'))).text.includes(secret))
})

test('RS13 no cache on the way keeps anything of it, and lists of the API neither', async () => {
  const { home, cookie } = await opened(yard.recordingId)
  const kept = async (path: string, given: object) =>
    (await served.ask(`GET ${path}`, given)).headers.get('cache-control') ?? 'as anybody likes'
  const frames = `/frames?fromMs=${framesFromMs}&toMs=${framesFromMs + 6000}`
  for (const path of ['', '/video', '/tracks', frames, '/files/paths.json'])
    match(await kept(`${home}${path}`, showing(cookie)), /no-store|private/, path)
  for (const path of ['/api/v1/share-links', '/api/v1/users', '/api/v1/tokens', '/api/v1/system'])
    match(await kept(path, as('root')), /no-store|private/, path)
})
