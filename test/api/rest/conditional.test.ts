import { deepStrictEqual, notStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Tokens } from '../../../src/store/tokens.ts'
import { Users } from '../../../src/store/users.ts'
import { fill, video } from './rest-contents.ts'
import { type Asked, RestHouse } from './rest-house.ts'

const berlin = { id: 'berlin', title: 'Berlin', timeZone: 'Europe/Berlin' }
const make = (body: object = berlin, key?: string): Asked => ({
  method: 'POST',
  body,
  headers: key === undefined ? {} : { 'idempotency-key': key }
})

test('C1 what somebody has already is not sent again, until it changes', async t => {
  const house = await RestHouse.open(t)
  await house.ask('/api/v1/sites', make())
  const etag = (await house.ask('/api/v1/sites/berlin')).headers.get('etag')!
  const again = () => house.ask('/api/v1/sites/berlin', { headers: { 'if-none-match': `"other", W/${etag}` } })
  strictEqual((await again()).status, 304)
  await house.ask('/api/v1/sites/berlin', { method: 'PATCH', body: { title: 'Berlin, west' } })
  const changed = await again()
  strictEqual(changed.status, 200)
  notStrictEqual(changed.headers.get('etag'), etag)
})

test('C2 of two who change what both have seen, the second is told', async t => {
  const house = await RestHouse.open(t)
  await house.ask('/api/v1/sites', make())
  const etag = (await house.ask('/api/v1/sites/berlin')).headers.get('etag')!
  const change = (title: string) =>
    house.json('/api/v1/sites/berlin', { method: 'PATCH', body: { title }, headers: { 'if-match': etag } })
  const answers = await Promise.all([change('one'), change('other')])
  deepStrictEqual(answers.map(({ status }) => status).sort(), [200, 412])
  strictEqual(answers.find(({ status }) => status === 412)!.body.code, 'SL_PRECONDITION_FAILED')
})

test('C3 a request sent again under its key gets the first answer, and nothing is done again', async t => {
  const house = await RestHouse.open(t)
  const first = await house.ask('/api/v1/sites', make(berlin, 'k1'))
  const second = await house.ask('/api/v1/sites', make(berlin, 'k1'))
  deepStrictEqual([first.status, second.status], [201, 201])
  strictEqual(second.headers.get('location'), '/api/v1/sites/berlin')
  deepStrictEqual(await second.json(), await first.json())
  strictEqual((await house.ask('/api/v1/sites', make())).status, 409)
})

test('C4 another request under the same key is refused, and two at once are done once', async t => {
  const house = await RestHouse.open(t)
  await house.ask('/api/v1/sites', make(berlin, 'k1'))
  const other = await house.json('/api/v1/sites', make({ ...berlin, title: 'Paris' }, 'k1'))
  deepStrictEqual([other.status, other.body.code], [422, 'SL_KEY_REUSED'])
  const paris = { ...berlin, id: 'paris' }
  const statuses = await Promise.all(
    [1, 2, 3].map(async () => (await house.ask('/api/v1/sites', make(paris, 'k2'))).status)
  )
  ok(statuses.includes(201) && statuses.every(status => status === 201 || status === 409), statuses.join())
  const { body } = await house.json('/api/v1/sites')
  strictEqual((body.items as unknown[]).length, 2)
})

test('C5 what was refused may be asked for again under its key', async t => {
  const house = await RestHouse.open(t)
  const wrong = { ...berlin, timeZone: 'Europe/Atlantis' }
  strictEqual((await house.ask('/api/v1/sites', make(wrong, 'k1'))).status, 400)
  strictEqual((await house.ask('/api/v1/sites', make(berlin, 'k1'))).status, 201)
})

test('C6 a secret that is shown once is shown again under its key, and lies in the store as nobody can read it', async t => {
  const house = await RestHouse.open(t)
  const facts = { role: 'operator', password: null, createdMs: 1, disabledMs: null } as const
  await new Users(house.database).create({ id: 'olga', name: 'olga', ...facts })
  const issue = () =>
    house.json('/api/v1/tokens', { ...make({ title: 'export', scopes: ['events:read'] }, 'k1'), as: 'olga' })
  const [first, second] = [await issue(), await issue()]
  deepStrictEqual([first.status, second.status], [201, 201])
  deepStrictEqual(second.body, first.body)
  strictEqual((await new Tokens(house.database).ofUser('olga')).length, 1)
  const kept = await house.database.sql.selectFrom('once_keys').selectAll().execute()
  const secret = String(first.body.token)
  ok(secret.startsWith('slt_') && kept.length === 1 && !JSON.stringify(kept).includes(secret.slice(0, 20)))
})

const ranges: readonly (readonly [range: string, status: number, bytes: string])[] = [
  ['bytes=0-2', 206, 'not'],
  ['bytes=4-', 206, video.toString().slice(4)],
  ['bytes=-6', 206, 'places'],
  ['bytes=0-99999', 206, video.toString()],
  ['seconds=1-2', 200, video.toString()],
  ['bytes=999-', 416, ''],
  ['bytes=2-1', 416, ''],
  ['bytes=-0', 416, ''],
  ['bytes=a-b', 416, ''],
  [`bytes=${Array.from({ length: 500 }, (_, at) => `${at}-${at}`).join()}`, 416, '']
]

test('C7 the part of a video that is asked for is sent, one part at a time', async t => {
  const house = await RestHouse.open(t)
  const { clipId } = await fill(house, 'yard')
  for (const [range, status, bytes] of ranges) {
    const answer = await house.ask(`/api/v1/clips/${clipId}/video`, { headers: { range } })
    strictEqual(answer.status, status, range)
    const text = await answer.text()
    if (status === 416) strictEqual(answer.headers.get('content-range'), `bytes */${video.length}`, range)
    else strictEqual(text, bytes, range)
    if (status === 206) strictEqual(answer.headers.get('content-length'), String(bytes.length), range)
  }
})
