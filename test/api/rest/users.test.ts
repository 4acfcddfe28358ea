import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Identity } from '../../../src/api/identity/identity.ts'
import { identityOf } from '../everywhere.ts'
import { RestHouse } from './rest-house.ts'

const password = 'seven quiet harbours'

async function add(house: RestHouse, name: string, role: string): Promise<string> {
  const { status, body } = await house.json('/api/v1/users', { method: 'POST', body: { name, role, password } })
  strictEqual(status, 201, JSON.stringify(body))
  return String(body.id)
}

test('U1 users are added, changed and removed by an admin, and no password is ever given back', async t => {
  const house = await RestHouse.open(t)
  const [ada, ben] = [await add(house, 'ada', 'admin'), await add(house, 'ben', 'viewer')]
  const changed = await house.json(`/api/v1/users/${ben}`, {
    method: 'PATCH',
    body: { role: 'operator', isDisabled: true }
  })
  deepStrictEqual([changed.status, changed.body.role, typeof changed.body.disabledMs], [200, 'operator', 'number'])
  const text = await (await house.ask('/api/v1/users')).text()
  ok(!/password|argon2/.test(text), text)
  const last = await house.json(`/api/v1/users/${ada}`, { method: 'DELETE' })
  deepStrictEqual([last.status, last.body.code], [409, 'SL_LAST_ADMIN_CONFLICT'])
  strictEqual((await house.ask(`/api/v1/users/${ben}`, { method: 'DELETE' })).status, 204)
  strictEqual((await house.ask(`/api/v1/users/${ben}`)).status, 404)
})

test('U1 a link to choose a password ends within a month, and a time that is none is refused as such', async t => {
  const house = await RestHouse.open(t)
  const ada = await add(house, 'ada', 'admin')
  const invite = (body: object) => house.json(`/api/v1/users/${ada}/invitation`, { method: 'POST', body })
  const { status, body } = await invite({})
  strictEqual(status, 201)
  match(String(body.path), /^\/invited\?token=sli_[\w-]{43}$/)
  for (const expiresMs of [0, Date.now() + 40 * 86_400_000, Number.MAX_SAFE_INTEGER, 1e300, -1, 'x'])
    strictEqual((await invite({ expiresMs })).status, 400, String(expiresMs))
})

test('U7 a link that can still be used is listed without its secret, and taken back alone', async t => {
  const house = await RestHouse.open(t)
  const [ada, ben] = [await add(house, 'ada', 'admin'), await add(house, 'ben', 'viewer')]
  const expiresMs = Date.now() + 86_400_000
  for (const id of [ada, ben])
    await house.json(`/api/v1/users/${id}/invitation`, { method: 'POST', body: id === ben ? { expiresMs } : {} })
  const open = async () => (await house.json('/api/v1/invitations')).body.items as { userId: string }[]
  deepStrictEqual((await open())[0], { userId: ben, expiresMs })
  const takeBack = () => house.ask(`/api/v1/users/${ben}/invitation`, { method: 'DELETE' })
  strictEqual((await takeBack()).status, 204)
  deepStrictEqual(
    (await open()).map(({ userId }) => userId),
    [ada]
  )
  strictEqual((await takeBack()).status, 404)
  strictEqual((await house.ask('/api/v1/invitations', { as: 'olga' })).status, 403)
})

test('U2 nobody but an admin learns of users, or changes any', async t => {
  const house = await RestHouse.open(t)
  const ada = await add(house, 'ada', 'admin')
  for (const as of ['olga', 'vera', 'nemo'] as const) {
    for (const [method, path] of [
      ['GET', '/api/v1/users'],
      ['POST', '/api/v1/users'],
      ['GET', `/api/v1/users/${ada}`],
      ['PATCH', `/api/v1/users/${ada}`],
      ['DELETE', `/api/v1/users/${ada}`],
      ['PUT', `/api/v1/users/${ada}/grants`]
    ] as const) {
      const body = method === 'POST' || method === 'PATCH' || method === 'PUT' ? {} : undefined
      strictEqual((await house.ask(path, { as, method, body })).status, 403, `${as} ${method} ${path}`)
    }
  }
})

test('U3 grants are given, replaced and taken', async t => {
  const house = await RestHouse.open(t)
  const ben = await add(house, 'ben', 'viewer')
  const path = `/api/v1/users/${ben}/grants`
  const give = (role: string) => house.json(path, { method: 'PUT', body: { scope: 'stream', scopeId: 'yard', role } })
  await give('viewer')
  const { body } = await give('operator')
  deepStrictEqual(
    (body.items as Record<string, unknown>[]).map(({ scope, scopeId, role }) => [scope, scopeId, role]),
    [['stream', 'yard', 'operator']]
  )
  strictEqual((await house.ask(`${path}/stream/yard`, { method: 'DELETE' })).status, 204)
  strictEqual((await house.ask(`${path}/stream/yard`, { method: 'DELETE' })).status, 404)
})

test('U4 a token is shown once, is its owner’s alone, and has no scope that there is not', async t => {
  const house = await RestHouse.open(t)
  for (const [id, name] of [
    ['vera', 'vera'],
    ['nemo', 'nemo']
  ])
    await house.database.sql
      .insertInto('users')
      .values({ id: id!, name: name!, role: 'viewer', password: null, created_ms: 1, disabled_ms: null })
      .execute()
  const wish = { title: 'export', scopes: ['events:read'] }
  const issued = await house.json('/api/v1/tokens', { as: 'vera', method: 'POST', body: wish })
  strictEqual(issued.status, 201)
  match(String(issued.body.token), /^slt_/)
  const listed = await (await house.ask('/api/v1/tokens', { as: 'vera' })).text()
  ok(listed.includes(String(issued.body.id)) && !listed.includes('slt_'), listed)
  strictEqual((await house.ask(`/api/v1/tokens/${issued.body.id}`, { as: 'nemo', method: 'DELETE' })).status, 404)
  strictEqual((await house.ask(`/api/v1/tokens/${issued.body.id}`, { as: 'vera', method: 'DELETE' })).status, 204)
  const wrong = { ...wish, scopes: ['events:erase'] }
  strictEqual((await house.ask('/api/v1/tokens', { as: 'vera', method: 'POST', body: wrong })).status, 400)
})

test('U5 a token issues none that can do more than itself', async t => {
  const house = await RestHouse.open(t)
  await house.database.sql
    .insertInto('users')
    .values({ id: 'olga', name: 'olga', role: 'operator', password: null, created_ms: 1, disabled_ms: null })
    .execute()
  const issue = (as: 'reader' | 'keeper', scopes: readonly string[]) =>
    house.ask('/api/v1/tokens', { as, method: 'POST', body: { title: 't', scopes } })
  strictEqual((await issue('reader', ['users:read'])).status, 403)
  strictEqual((await issue('keeper', ['users:read'])).status, 201)
  strictEqual((await issue('keeper', ['users:read', 'events:read'])).status, 403)
})

const untilMs = Date.now() + 86_400_000
/** Tokens that end at `of`, and what becomes of the wish for one that ends at `wish`: undefined where it is refused. */
const makers: readonly { rule: string; of: number | null; wish?: number | null; given: number | null | undefined }[] = [
  {
    rule: 'U8 a token that does not say when it ends, made by one that does, ends with that',
    of: untilMs,
    given: untilMs
  },
  { rule: 'U8 a token makes one that ends before it', of: untilMs, wish: untilMs - 1, given: untilMs - 1 },
  { rule: 'U8 a token makes one that ends with it', of: untilMs, wish: untilMs, given: untilMs },
  { rule: 'U8 a token makes none that ends after it', of: untilMs, wish: untilMs + 1, given: undefined },
  { rule: 'U8 a token that ends makes none that never does', of: untilMs, wish: null, given: undefined },
  { rule: 'U8 a token that never ends makes one that never does', of: null, wish: null, given: null }
]
for (const { rule, of, wish, given } of makers)
  test(rule, async t => {
    let identity!: Identity
    const callers = (database: RestHouse['database']) => {
      identity = identityOf(database)
      return identity
    }
    const house = await RestHouse.open(t, {}, { callers })
    const userId = await identity.accounts.add('test', { name: 'olga', role: 'operator' })
    const scopes = ['users:read', 'users:write']
    const { token } = await identity.accounts.issue('test', { userId, title: 'maker', scopes, expiresMs: of })
    const ask = (asked: object) =>
      house.json('/api/v1/tokens', { ...asked, headers: { authorization: `Bearer ${token}` } })
    const { status, body } = await ask({ method: 'POST', body: { title: 'made', scopes, expiresMs: wish } })
    deepStrictEqual([status, body.code], given === undefined ? [403, 'SL_NOT_PERMITTED'] : [201, undefined])
    if (given === undefined) ok(String(body.detail).includes(new Date(untilMs).toISOString()), String(body.detail))
    const items = (await ask({})).body.items as { title: string; expiresMs: number | null }[]
    strictEqual(items.find(({ title }) => title === 'made')?.expiresMs, given)
  })
