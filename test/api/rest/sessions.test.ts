import { deepStrictEqual, equal } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Callers } from '../../../src/api/callers.ts'
import { Audit } from '../../../src/store/audit.ts'
import { Sessions } from '../../../src/store/sessions.ts'
import { Tokens } from '../../../src/store/tokens.ts'
import { Users } from '../../../src/store/users.ts'
import { type Person, people, RestHouse } from './rest-house.ts'

/** Whose browser asks is said by `session`. */
const callers: Callers = {
  async who(request) {
    const caller = await people.who(request)
    const { session } = request.headers
    return caller && { ...caller, ...(session !== undefined && { session: String(session) }) }
  },
  onChange: () => undefined
}

/** An admin, olga, who operates, and vera, who looks; vera in two browsers, and admin in one. */
async function signedIn(t: TestContext) {
  const house = await RestHouse.open(t, {}, { callers })
  const { database } = house
  for (const [name, role] of [
    ['admin', 'admin'],
    ['olga', 'operator'],
    ['vera', 'viewer']
  ] as const)
    await new Users(database).create({ id: name, name, role, password: null, createdMs: 1, disabledMs: null })
  const begin = async (userId: string, title: string, beforeMs: number) =>
    (await new Sessions(database).begin({ userId, title, nowMs: Date.now() - beforeMs })).session.id
  const laptop = await begin('vera', 'laptop', 3000)
  const phone = await begin('vera', 'phone', 2000)
  const office = await begin('admin', 'office', 1000)
  return { house, laptop, phone, office }
}

async function titles(house: RestHouse, path: string, as: Person, session = '') {
  const { status, body } = await house.json(path, { as, headers: { session } })
  const items = (body.items ?? []) as readonly { readonly title: string; readonly isThis: boolean }[]
  return [status, ...items.map(({ title, isThis }) => (isThis ? `${title}, this` : title))]
}

test('SE1 everybody sees their own browsers, and which one asks; an admin everybody’s', async t => {
  const { house, phone, office } = await signedIn(t)
  deepStrictEqual(await titles(house, '/api/v1/sessions', 'vera', phone), [200, 'phone, this', 'laptop'])
  deepStrictEqual(await titles(house, '/api/v1/sessions', 'olga'), [200])
  deepStrictEqual(await titles(house, '/api/v1/users/vera/sessions', 'admin', office), [200, 'phone', 'laptop'])
  const everybody = '/api/v1/sessions/everybody'
  deepStrictEqual(await titles(house, everybody, 'admin', office), [200, 'office, this', 'phone', 'laptop'])
  const first = await house.json(`${everybody}?limit=1`)
  deepStrictEqual(await titles(house, `${everybody}?limit=5&cursor=${first.body.next}`, 'admin'), [
    200,
    'phone',
    'laptop'
  ])
})

test('SE2 one ends one of their own, and of another’s nobody learns that it is there', async t => {
  const { house, laptop, phone, office } = await signedIn(t)
  const end = async (as: Person, path: string) => (await house.ask(path, { as, method: 'DELETE' })).status
  equal(await end('olga', `/api/v1/sessions/${laptop}`), 404)
  equal(await end('vera', `/api/v1/sessions/${office}`), 404)
  equal(await end('admin', `/api/v1/users/olga/sessions/${laptop}`), 404)
  equal(await end('vera', `/api/v1/sessions/${laptop}`), 204)
  deepStrictEqual(await titles(house, '/api/v1/sessions', 'vera', phone), [200, 'phone, this'])
})

test('SE3 all others end but the one that asks; a program that may only look ends none', async t => {
  const { house, phone } = await signedIn(t)
  const all = { method: 'DELETE', headers: { session: phone } }
  equal((await house.ask('/api/v1/sessions', { as: 'reader', ...all })).status, 403)
  equal((await house.ask('/api/v1/sessions', { as: 'vera', ...all })).status, 204)
  deepStrictEqual(await titles(house, '/api/v1/sessions', 'vera', phone), [200, 'phone, this'])
  equal((await titles(house, '/api/v1/users/admin/sessions', 'admin')).length, 2)
})

test('SE4 what is ended of somebody is in the audit, with who did it', async t => {
  const { house, laptop, office } = await signedIn(t)
  const { id } = await new Tokens(house.database).issue({
    ...{ userId: 'vera', title: 'export', scopes: ['events:read'], createdMs: 1, expiresMs: null }
  })
  const headers = { session: office }
  for (const path of [`sessions/${laptop}`, 'sessions', `tokens/${id}`])
    equal((await house.ask(`/api/v1/users/vera/${path}`, { method: 'DELETE', headers })).status, 204, path)
  equal((await house.ask(`/api/v1/users/olga/tokens/${id}`, { method: 'DELETE' })).status, 404)
  const { items } = await new Audit(house.database).page()
  deepStrictEqual(
    items.map(({ actor, action, subject }) => [actor, action, subject]),
    ['token-revoked', 'sessions-ended', 'session-ended'].map(action => ['user:admin', action, 'user/vera'])
  )
  const { body } = await house.json('/api/v1/users/vera/tokens')
  const [token] = body.items as readonly { readonly revokedMs: unknown }[]
  equal(typeof token?.revokedMs, 'number')
})

test('SE5 the audit is asked for what was done, too', async t => {
  const { house, laptop } = await signedIn(t)
  await house.ask(`/api/v1/users/vera/sessions/${laptop}`, { method: 'DELETE' })
  const { body } = await house.json('/api/v1/audit?action=session-ended')
  equal((body.items as readonly unknown[]).length, 1)
  deepStrictEqual((await house.json('/api/v1/audit?action=user-added')).body.items, [])
})
