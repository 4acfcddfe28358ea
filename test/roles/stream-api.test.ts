import { deepStrictEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Audit } from '../../src/store/audit.ts'
import { Sites } from '../../src/store/sites.ts'
import { ServedHouse } from '../support/served-house.ts'

const timeout = 180_000
let served: ServedHouse
before(async () => {
  served = await ServedHouse.open()
})
after(() => served[Symbol.asyncDispose]())

const demo = { source: 'demo:', model: 'motion', paused: true }
const secret = /hunter2/
const camera = { source: 'rtsp://me:hunter2@127.0.0.1:9/1', model: 'motion', paused: true }

test('SA1 a stream is added, seen, changed, paused, resumed and removed, and the audit has each', {
  timeout
}, async () => {
  const added = await served.ask('POST /api/v1/streams', { body: { name: 'door', title: 'Tür', ...demo } })
  deepStrictEqual([added.status, added.headers.get('location')], [201, '/api/v1/streams/door'])
  const { origin, isOverFile, settings } = added.body
  deepStrictEqual([origin, isOverFile, settings], ['added', false, { title: 'Tür', ...demo }])
  const changed = await served.ask('PATCH /api/v1/streams/door', { body: { title: null, maxFps: 5 } })
  deepStrictEqual([changed.status, changed.body.title, changed.body.settings], [200, 'door', { ...demo, maxFps: 5 }])
  equal((await served.ask('POST /api/v1/streams/door/resume')).status, 200)
  await served.house.until('door', ({ state }) => state === 'up')
  equal((await served.ask('POST /api/v1/streams/door/pause')).status, 200)
  await served.house.until('door', ({ state }) => state === 'paused')
  equal((await served.ask('DELETE /api/v1/streams/door')).status, 204)
  equal((await served.ask('GET /api/v1/streams/door')).status, 404)
  const { items } = await new Audit(served.house.storage.database).page({ subject: 'stream/door' })
  deepStrictEqual(
    items.map(({ actor, action }) => `${actor} ${action}`).reverse(),
    ['created', 'changed', 'resumed', 'paused', 'removed'].map(verb => `user:admin stream-${verb}`)
  )
})

test('SA2 a password of an address is in no answer and no audit, and stays where the address is left out', async () => {
  const body = { name: 'yard', ...camera }
  const answers = [
    await served.ask('POST /api/v1/streams', { body, headers: { 'idempotency-key': 'k1' } }),
    await served.ask('POST /api/v1/streams', { body, headers: { 'idempotency-key': 'k1' } }),
    await served.ask('PATCH /api/v1/streams/yard', { body: { title: 'Hof' } }),
    await served.ask('PATCH /api/v1/streams/yard', { body: { source: 'rtsp://127.0.0.1:9/1' } }),
    await served.ask('GET /api/v1/streams/yard'),
    await served.ask('GET /api/v1/streams')
  ]
  for (const { text, status } of answers) {
    ok(status < 300, text)
    doesNotMatch(text, secret)
  }
  const { items } = await new Audit(served.house.storage.database).page()
  doesNotMatch(JSON.stringify(items), secret)
  equal(served.house.live.control.find('yard')?.settings.title, 'Hof')
})

test('SA3 a change holds only where nobody else made one since', async () => {
  await served.ask('POST /api/v1/streams', { body: { name: 'gate', ...demo } })
  const etag = (await served.ask('GET /api/v1/streams/gate')).headers.get('etag') ?? ''
  equal((await served.ask('GET /api/v1/streams/gate')).headers.get('etag'), etag)
  const change = (title: string) =>
    served.ask('PATCH /api/v1/streams/gate', { body: { title }, headers: { 'if-match': etag } })
  equal((await change('first')).status, 200)
  const late = await change('second')
  deepStrictEqual([late.status, late.body.code], [412, 'SL_PRECONDITION_FAILED'])
  const removal = await served.ask('DELETE /api/v1/streams/gate', { headers: { 'if-match': etag } })
  equal(removal.status, 412)
})

test('SA4 one of the settings file is changed beside it, and taken out there alone', async () => {
  await served.house.set({ hall: { ...demo, title: 'Halle' } })
  const changed = await served.ask('PATCH /api/v1/streams/hall', { body: { title: 'Saal' } })
  deepStrictEqual([changed.body.origin, changed.body.isOverFile, changed.body.title], ['config', true, 'Saal'])
  const removed = await served.ask('DELETE /api/v1/streams/hall')
  deepStrictEqual([removed.status, removed.body.code], [409, 'SL_STREAM_CONFIGURED'])
  await served.house.set({ hall: { ...demo, title: 'Foyer' } })
  equal((await served.ask('GET /api/v1/streams/hall')).body.title, 'Foyer')
  await served.house.eventually('the audit', async () => {
    const { items } = await new Audit(served.house.storage.database).page({ actor: 'settings-file' })
    return items.some(({ subject }) => subject === 'stream/hall') ? true : undefined
  })
})

test('SA5 whoever adds a stream may operate it; who may only look changes nothing', async () => {
  const added = await served.ask('POST /api/v1/streams', { as: 'olga', body: { name: 'olgas', ...demo } })
  equal(added.status, 201)
  equal((await served.ask('PATCH /api/v1/streams/olgas', { as: 'olga', body: { maxFps: 1 } })).status, 200)
  equal((await served.ask('PATCH /api/v1/streams/hall', { as: 'olga', body: { maxFps: 1 } })).status, 404)
  const asViewer = ['PATCH /api/v1/streams/olgas', 'DELETE /api/v1/streams/olgas', 'POST /api/v1/streams/olgas/pause']
  for (const what of asViewer) {
    const body = what.startsWith('PATCH') ? {} : undefined
    equal((await served.ask(what, { as: 'vera', body })).status, 403, what)
  }
  equal((await served.ask('POST /api/v1/streams', { as: 'vera', body: { name: 'veras', ...demo } })).status, 403)
  for (const body of [{ site: null }, { site: 'x' }])
    equal((await served.ask('PATCH /api/v1/streams/olgas', { as: 'olga', body })).status, 403)
  const again = await served.ask('POST /api/v1/streams', { as: 'olga', body: { name: 'door', again: true, ...demo } })
  equal(again.status, 403)
})

const refused = [
  { rule: 'a file of the server', body: { source: '/etc/passwd' }, code: 'SL_INPUT_REFUSED' },
  { rule: 'a file by its address', body: { source: 'file:///etc/passwd' }, code: 'SL_INPUT_REFUSED' },
  { rule: 'a protocol that is none', body: { source: 'gopher://127.0.0.1/' }, code: 'SL_INPUT_REFUSED' },
  { rule: 'a model that is a file', body: { source: 'demo:', model: '../secret.onnx' }, code: 'SL_INPUT_REFUSED' },
  {
    rule: 'a file as the model that people are known again by',
    body: { source: 'demo:', reid: { model: '../secret.onnx' } },
    code: 'SL_INPUT_REFUSED'
  },
  {
    rule: 'knowing people again by a tracker that cannot',
    body: { source: 'demo:', tracker: 'oc-sort', reid: { model: 'osnet-x0-25-msmt17' } },
    code: 'SL_OPTION_INVALID'
  },
  { rule: 'a model that is code', body: { source: 'demo:', model: 'mine.mjs' }, code: 'SL_INPUT_REFUSED' },
  {
    rule: 'a file among several models',
    body: { source: 'demo:', models: [{ model: 'yolox-nano' }, { model: './mine.ts' }] },
    code: 'SL_INPUT_REFUSED'
  },
  { rule: 'an unknown setting', body: { source: 'demo:', sauce: 1 }, code: 'SL_REQUEST_INVALID', at: /sauce/ },
  { rule: 'a number out of its range', body: { source: 'demo:', maxFps: 0 }, code: 'SL_REQUEST_INVALID', at: /maxFps/ },
  { rule: 'no source', body: {}, code: 'SL_REQUEST_INVALID', at: /source/ },
  { rule: 'a place that is not there', body: { source: 'demo:', site: 'nowhere' }, code: 'SL_REQUEST_INVALID' }
]
for (const { rule, body, code, at = /./ } of refused)
  test(`SA6 refused, with its place: ${rule}`, async () => {
    const answer = await served.ask('POST /api/v1/streams', { body: { name: 'wrong', ...body } })
    deepStrictEqual([answer.status, answer.body.code], [400, code])
    match(String(answer.body.detail), at)
    equal(served.house.live.control.find('wrong'), undefined)
  })

test('SA6b settings that are refused leave the stream where it was', async () => {
  const { database } = served.house.storage
  await new Sites(database).create({ id: 'lobby', title: 'Lobby', timeZone: 'UTC', createdMs: 1 })
  await served.ask('POST /api/v1/streams', { body: { name: 'lift', ...demo } })
  const answer = await served.ask('PATCH /api/v1/streams/lift', { body: { site: 'lobby', source: '/etc/passwd' } })
  deepStrictEqual([answer.status, answer.body.code], [400, 'SL_INPUT_REFUSED'])
  equal((await served.ask('GET /api/v1/streams/lift')).body.site, null)
})

test('SA7 a name that is taken is said to be', async () => {
  await served.ask('POST /api/v1/streams', { body: { name: 'twice', ...demo } })
  const answer = await served.ask('POST /api/v1/streams', { body: { name: 'twice', ...demo } })
  deepStrictEqual([answer.status, answer.body.code], [409, 'SL_NAME_TAKEN'])
})

test('SA8 what is drawn on a stream is changed by its sections, and null takes one away', async () => {
  await served.ask('POST /api/v1/streams', { body: { name: 'drawn', ...demo } })
  const change = (body: object) => served.ask('PATCH /api/v1/streams/drawn', { body })
  const yard = [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.5, 0.9]
  ]
  const corners = [
    [0.1, 0.9],
    [0.9, 0.9],
    [0.6, 0.4],
    [0.4, 0.4]
  ]
  const ground = {
    points: corners.map((image, index) => ({ image, world: [index % 3 === 0 ? 0 : 4, index < 2 ? 0 : 20] }))
  }
  const drawn = {
    lines: { door: { points: yard.slice(1), classes: ['person'] } },
    zones: { yard: { points: yard, dwellMs: [10_000] } },
    masks: [yard],
    calibration: ground
  }
  deepStrictEqual((await change(drawn)).body.settings, { ...demo, ...drawn })
  const { masks: _masks, ...without } = drawn
  deepStrictEqual((await change({ masks: null })).body.settings, { ...demo, ...without })
  const flat = { points: ground.points.map(({ world }, index) => ({ image: [index / 10, 0.5], world })) }
  const refusal = await change({ calibration: flat })
  deepStrictEqual([refusal.status, refusal.body.code], [400, 'SL_OPTION_INVALID'])
})

test('SA9 what is measured is called whatever people like, and programs go on calling it by its name', async () => {
  const line = {
    points: [
      [0, 0.5],
      [1, 0.5]
    ]
  }
  const title = '<b>ورودی</b> 🚪'
  await served.ask('POST /api/v1/streams', { body: { name: 'called', ...demo, lines: { door: { ...line, title } } } })
  const { titles } = await served.house.until('called', ({ titles }) => titles !== undefined)
  deepStrictEqual(titles, { 'line.door': title })
  for (const wrong of ['', ' door', 'door\n', '\u0007', 'x'.repeat(101)]) {
    const refused = await served.ask('PATCH /api/v1/streams/called', {
      body: { lines: { door: { ...line, title: wrong } } }
    })
    equal(refused.status, 400, JSON.stringify(wrong))
  }
})
