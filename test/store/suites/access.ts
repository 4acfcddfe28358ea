import { deepStrictEqual, match, notStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { Sites } from '../../../src/store/sites.ts'
import { Streams } from '../../../src/store/streams.ts'
import { Tokens } from '../../../src/store/tokens.ts'
import { Users } from '../../../src/store/users.ts'
import { Grants } from '../../../src/store/users-grants.ts'
import { startMs } from '../records.ts'
import type { OpenStore } from './open-store.ts'

const ada = {
  id: 'u1',
  name: 'ada@example.org',
  role: 'viewer' as const,
  password: '$argon2id$v=19$m=65536$c2FsdA$aGFzaA',
  createdMs: startMs,
  disabledMs: null
}
const wish = { userId: 'u1', title: 'Zähler', scopes: ['events:read'], createdMs: startMs, expiresMs: null }
const invalid = { code: 'SL_QUERY_INVALID' }

/** Users, what they may see, and their tokens. */
export function accessSuite(open: OpenStore): void {
  test('U1 a user is found by id and by name, and is in the list without the hash', async t => {
    const users = new Users(await open(t))
    await users.create(ada)
    deepStrictEqual([await users.byId('u1'), await users.byName('ada@example.org')], [ada, ada])
    const { password: _, ...listed } = ada
    deepStrictEqual((await users.page()).items, [listed])
    strictEqual(await users.change('u1', { role: 'admin', password: null, disabledMs: startMs + 1 }), true)
    deepStrictEqual(await users.byId('u1'), { ...ada, role: 'admin', password: null, disabledMs: startMs + 1 })
    strictEqual(await users.change('u2', { role: 'admin' }), false)
  })

  test('U2 a name is given once, and a password that is no hash is refused', async t => {
    const users = new Users(await open(t))
    await users.create(ada)
    await rejects(users.create({ ...ada, id: 'u2' }), { code: 'SL_NAME_TAKEN' })
    await rejects(users.create({ ...ada, name: 'bob' }), { code: 'SL_NAME_TAKEN' })
    for (const change of [{ name: 'Ada' }, { password: 'hunter2' }, { role: 'root' as 'admin' }])
      await rejects(users.create({ ...ada, id: 'u2', ...change }), invalid, JSON.stringify(change))
  })

  test('U3 the streams of a user are those granted by name, and all that a granted site has now', async t => {
    const database = await someStreams(await open(t))
    const [grants, streams] = [new Grants(database), new Streams(database)]
    const grant = { userId: 'u1', scope: 'stream' as const, scopeId: 'a', role: 'viewer' as const, createdMs: startMs }
    deepStrictEqual(await grants.streamsOf('u1'), [])
    await grants.give(grant)
    await grants.give({ ...grant, scope: 'site', scopeId: 'berlin', role: 'operator' })
    deepStrictEqual(await grants.streamsOf('u1'), ['a', 'c', 'd'])
    deepStrictEqual(await grants.streamsOf('u1', { operating: true }), ['c', 'd'])
    await streams.change('c', { site: null })
    await grants.give({ ...grant, role: 'operator' })
    deepStrictEqual(await grants.streamsOf('u1', { operating: true }), ['a', 'd'])
    strictEqual(await grants.take(grant), true)
    strictEqual(await grants.take(grant), false)
    deepStrictEqual(
      (await grants.ofUser('u1')).map(({ scope, scopeId, role }) => [scope, scopeId, role]),
      [['site', 'berlin', 'operator']]
    )
    await rejects(grants.give({ ...grant, userId: 'u9' }), { ...invalid, message: /u9/ })
  })

  test('U4 a token is given once, and only its digest is kept', async t => {
    const database = await someStreams(await open(t))
    const tokens = new Tokens(database)
    const { id, token } = await tokens.issue(wish)
    match(token, /^slt_[\w-]{43}$/)
    notStrictEqual((await tokens.issue(wish)).token, token)
    deepStrictEqual(await tokens.find(token, startMs), { id, ...wish, revokedMs: null })
    const rows = await database.sql.selectFrom('tokens').selectAll().execute()
    ok(!JSON.stringify(rows).includes(token.slice(4)))
    for (const other of ['', 'slt_', `${token}x`, token.toLowerCase(), 'x'.repeat(10_000)])
      strictEqual(await tokens.find(other, startMs), undefined)
    await rejects(tokens.issue({ ...wish, userId: 'u9' }), invalid)
    await rejects(tokens.issue({ ...wish, scopes: ['Everything!'] }), invalid)
  })

  test('U5 a token ends when it expires, is revoked, or its user is disabled or removed', async t => {
    const database = await someStreams(await open(t))
    const [tokens, users] = [new Tokens(database), new Users(database)]
    const short = await tokens.issue({ ...wish, expiresMs: startMs + 10 })
    ok(await tokens.find(short.token, startMs + 9))
    strictEqual(await tokens.find(short.token, startMs + 10), undefined)
    const revoked = await tokens.issue(wish)
    deepStrictEqual([await tokens.revoke(revoked.id, startMs), await tokens.revoke(revoked.id, startMs)], [true, false])
    strictEqual(await tokens.find(revoked.token, startMs), undefined)
    strictEqual((await tokens.ofUser('u1')).length, 2)
    const { token } = await tokens.issue(wish)
    await users.change('u1', { disabledMs: startMs })
    strictEqual(await tokens.find(token, startMs), undefined)
    await users.change('u1', { disabledMs: null })
    ok(await tokens.find(token, startMs))
    strictEqual(await users.remove('u1'), true)
    strictEqual(await tokens.find(token, startMs), undefined)
    deepStrictEqual(await new Grants(database).ofUser('u1'), [])
  })
}

/** The user, and the streams a to d, of which c and d are of one site. */
async function someStreams(database: StoreDatabase): Promise<StoreDatabase> {
  await new Users(database).create(ada)
  await new Sites(database).create({ id: 'berlin', title: 'Berlin', timeZone: 'Europe/Berlin', createdMs: startMs })
  const streams = new Streams(database)
  for (const name of ['a', 'b', 'c', 'd']) {
    const site = name < 'c' ? null : 'berlin'
    await streams.create({ name, title: name, site, source: null, settings: {}, createdMs: startMs })
  }
  return database
}
