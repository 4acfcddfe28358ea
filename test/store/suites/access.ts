import { deepStrictEqual, match, notStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { InvitationLinks } from '../../../src/store/invitation-links.ts'
import { Jobs } from '../../../src/store/jobs.ts'
import { Sessions } from '../../../src/store/sessions.ts'
import { SetUp } from '../../../src/store/set-up.ts'
import { SigningKeys } from '../../../src/store/signing-keys.ts'
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

  test('U1a somebody is changed and removed only as they were seen, where that is said', async t => {
    const users = new Users(await open(t))
    await users.create(ada)
    const outdated = { code: 'SL_PRECONDITION_FAILED' }
    strictEqual(await users.change('u1', { role: 'admin' }, ada), true)
    await rejects(users.change('u1', { role: 'operator' }, ada), outdated)
    await rejects(users.change('u1', { disabledMs: startMs }, { ...ada, role: 'admin', disabledMs: startMs }), outdated)
    await rejects(users.remove('u1', ada), outdated)
    strictEqual(await users.remove('u1', { ...ada, role: 'admin' }), true)
  })

  test('U1b tokens that can be used are counted, and of those that have ended the last hundred are kept', async t => {
    const database = await open(t)
    const tokens = new Tokens(database)
    await new Users(database).create(ada)
    for (let n = 0; n < 105; n++) {
      const { id } = await tokens.issue({ ...wish, createdMs: startMs + n })
      await tokens.revoke(id, startMs + n)
    }
    await tokens.issue({ ...wish, createdMs: startMs + 200, expiresMs: startMs + 300 })
    await tokens.issue({ ...wish, createdMs: startMs + 201 })
    const told: number[] = []
    for (const createdMs of [startMs + 299, startMs + 300])
      await rejects(
        tokens.issue({ ...wish, createdMs }, there => {
          told.push(there)
          throw new RangeError()
        }),
        RangeError
      )
    deepStrictEqual(told, [2, 1])
    const kept = await tokens.ofUser('u1')
    deepStrictEqual(
      [kept.length, kept.filter(({ revokedMs }) => revokedMs !== null).at(-1)?.createdMs],
      [102, startMs + 5]
    )
  })

  test('U1c a grant of another place is one more, of the same place none', async t => {
    const database = await open(t)
    const grants = new Grants(database)
    await new Users(database).create(ada)
    const grant = { userId: 'u1', scope: 'stream', scopeId: 'yard', role: 'viewer', createdMs: startMs } as const
    const told: number[] = []
    for (const scopeId of ['yard', 'yard', 'gate']) await grants.give({ ...grant, scopeId }, there => told.push(there))
    deepStrictEqual([told, await grants.count('u1')], [[0, 0, 1], 2])
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
    deepStrictEqual(await tokens.find(token, startMs), { id, ...wish, revokedMs: null, usedMs: null })
    const rows = await database.sql.selectFrom('tokens').selectAll().execute()
    ok(!JSON.stringify(rows).includes(token.slice(4)))
    for (const other of ['', 'slt_', `${token}x`, token.toLowerCase(), 'x'.repeat(10_000)])
      strictEqual(await tokens.find(other, startMs), undefined)
    await rejects(tokens.issue({ ...wish, userId: 'u9' }), invalid)
    await rejects(tokens.issue({ ...wish, scopes: ['Everything!'] }), invalid)
  })

  test('U4a when a token was shown last is known to the minute', async t => {
    const database = await someStreams(await open(t))
    const tokens = new Tokens(database)
    const { id } = await tokens.issue(wish)
    const use = async (atMs: number) => {
      await tokens.noteUse((await tokens.byId(id))!, atMs)
      return (await tokens.byId(id))!.usedMs
    }
    deepStrictEqual([await use(startMs), await use(startMs + 59_999)], [startMs, startMs])
    strictEqual(await use(startMs + 60_000), startMs + 60_000)
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

  test('U6 a grant of everything is all streams that there are and will be', async t => {
    const database = await someStreams(await open(t))
    const grants = new Grants(database)
    const all = { userId: 'u1', scope: 'all' as const, scopeId: 'all', createdMs: startMs }
    deepStrictEqual(await grants.reachOf('u1'), { viewing: new Set(), operating: new Set() })
    await grants.give({ ...all, scope: 'stream', scopeId: 'a', role: 'operator' })
    deepStrictEqual(await grants.reachOf('u1'), { viewing: new Set(['a']), operating: new Set(['a']) })
    await grants.give({ ...all, role: 'viewer' })
    deepStrictEqual(await grants.reachOf('u1'), { viewing: 'all', operating: new Set(['a']) })
    await grants.give({ ...all, role: 'operator' })
    deepStrictEqual(await grants.reachOf('u1'), { viewing: 'all', operating: 'all' })
    await rejects(grants.give({ ...all, scopeId: 'a', role: 'viewer' }), invalid)
  })

  test('U7 there is always somebody who may change who may what, also where all step down at once', async t => {
    const users = new Users(await open(t))
    strictEqual(await users.isEmpty(), true)
    await users.create({ ...ada, role: 'admin' })
    await users.create({ ...ada, id: 'u2', name: 'bob', role: 'admin', disabledMs: startMs })
    strictEqual(await users.isEmpty(), false)
    const refuse = () => {
      throw new RangeError()
    }
    for (const change of [{ role: 'viewer' as const }, { disabledMs: startMs }])
      await rejects(users.change('u1', change, undefined, refuse), RangeError)
    await rejects(users.remove('u1', undefined, refuse), RangeError)
    strictEqual(await users.change('u1', { role: 'admin', disabledMs: null }, undefined, refuse), true)
    strictEqual(await users.remove('u2', undefined, refuse), true)
    const all = ['u2', 'u3', 'u4', 'u5']
    for (const id of all) await users.create({ ...ada, id, name: id, role: 'admin' })
    const down = await Promise.allSettled([
      ...all.map(id => users.change(id, { role: 'viewer' }, undefined, refuse)),
      users.remove('u1', undefined, refuse)
    ])
    strictEqual(down.filter(({ status }) => status === 'fulfilled').length, 4)
  })

  test('U16 of links to choose a password that are offered to somebody at once, one can be used', async t => {
    const database = await open(t)
    await new Users(database).create(ada)
    const links = new InvitationLinks(database)
    await Promise.all([1, 2, 3, 4, 5].map(() => links.offer('u1', startMs + 10, startMs)))
    strictEqual((await links.open(startMs)).length, 1)
  })

  test('U15 of many that are made at the same moment no more are kept than there is room for', async t => {
    const database = await open(t)
    const users = new Users(database)
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const room = (there: number) => {
      if (there >= 2) throw new RangeError()
    }
    const taken = async (make: (name: string) => Promise<unknown>) =>
      (await Promise.allSettled(names.map(make))).filter(({ status }) => status === 'fulfilled').length
    const made = await taken(name => users.create({ ...ada, id: name, name }, room))
    const userId = (await users.page()).items[0]!.id
    const grant = { userId, scope: 'stream', role: 'viewer', createdMs: startMs } as const
    const job = { kind: 'analysis', input: '/a', options: null, stream: 'yard', ownStream: true }
    const [grants, tokens, sites, jobs] = [
      new Grants(database),
      new Tokens(database),
      new Sites(database),
      new Jobs(database)
    ]
    deepStrictEqual(
      [
        made,
        await taken(scopeId => grants.give({ ...grant, scopeId }, room)),
        await taken(title => tokens.issue({ ...wish, userId, title }, room)),
        await taken(id => sites.create({ id, title: id, timeZone: 'UTC', createdMs: startMs }, room)),
        await taken(() => jobs.add(job, room))
      ],
      [2, 2, 2, 2, 2]
    )
  })

  test('U8 what a session shows is new each time, and only its digest is kept', async t => {
    const database = await someStreams(await open(t))
    const sessions = new Sessions(database)
    const { session, refresh } = await sessions.begin({ userId: 'u1', title: 'a browser', nowMs: startMs })
    deepStrictEqual(await sessions.byId(session.id, startMs), session)
    const turned = await sessions.turn(refresh, startMs + 1000)
    ok(turned?.outcome === 'turned')
    notStrictEqual(turned.refresh, refresh)
    const rows = JSON.stringify(await database.sql.selectFrom('sessions').selectAll().execute())
    for (const shown of [refresh, turned.refresh]) ok(!rows.includes(shown.slice(-43)))
    for (const other of ['', 'slr_', `${refresh}x`, refresh.toUpperCase(), 'x'.repeat(10_000)])
      strictEqual(await sessions.turn(other, startMs), undefined)
  })

  test('U9 what was shown before counts for a moment, and then ends the session', async t => {
    const sessions = new Sessions(await someStreams(await open(t)))
    const { session, refresh } = await sessions.begin({ userId: 'u1', title: 'a browser', nowMs: startMs })
    await sessions.turn(refresh, startMs + 1000)
    strictEqual((await sessions.turn(refresh, startMs + 2000))?.outcome, 'recent')
    ok(await sessions.check(refresh, startMs + 2000))
    strictEqual((await sessions.turn(refresh, startMs + 60_000))?.outcome, 'reused')
    strictEqual(await sessions.byId(session.id, startMs + 60_000), undefined)
  })

  test('U10 of many who show the same at once, one gets something new', async t => {
    const sessions = new Sessions(await someStreams(await open(t)))
    const { refresh } = await sessions.begin({ userId: 'u1', title: 'a browser', nowMs: startMs })
    const shown = await Promise.all(Array.from({ length: 8 }, () => sessions.turn(refresh, startMs + 1000)))
    deepStrictEqual(shown.map(each => each?.outcome).sort(), [...Array<string>(7).fill('recent'), 'turned'])
  })

  test('U11 a session ends a week after its last sign of life, after 30 days, with its user, or when told', async t => {
    const database = await someStreams(await open(t))
    const [sessions, dayMs] = [new Sessions(database), 86_400_000]
    const begin = () => sessions.begin({ userId: 'u1', title: 'a browser', nowMs: startMs })
    const first = await begin()
    ok(await sessions.byId(first.session.id, startMs + 7 * dayMs - 1))
    strictEqual(await sessions.byId(first.session.id, startMs + 7 * dayMs), undefined)
    let shown = first.refresh
    for (let day = 6; day <= 24; day += 6) {
      const turned = await sessions.turn(shown, startMs + day * dayMs)
      ok(turned?.outcome === 'turned')
      shown = turned.refresh
    }
    ok(await sessions.check(shown, startMs + 30 * dayMs - 1))
    strictEqual(await sessions.check(shown, startMs + 30 * dayMs), undefined)
    const [kept, other] = [await begin(), await begin()]
    await sessions.endOthers('u1', kept.session.id)
    deepStrictEqual(
      (await sessions.ofUser('u1', startMs)).map(({ id }) => id),
      [kept.session.id]
    )
    deepStrictEqual([await sessions.end(other.session.id), await sessions.end(kept.session.id)], [false, true])
    const last = await begin()
    await new Users(database).remove('u1')
    strictEqual(await sessions.byId(last.session.id, startMs), undefined)
  })

  test('U12 somebody has fifty sessions at most: the one that was used longest ago ends', async t => {
    const sessions = new Sessions(await someStreams(await open(t)))
    const [first] = [await sessions.begin({ userId: 'u1', title: 'a browser', nowMs: startMs })]
    for (let index = 1; index <= 50; index++) await sessions.begin({ userId: 'u1', title: 'x', nowMs: startMs + index })
    strictEqual((await sessions.ofUser('u1', startMs)).length, 50)
    strictEqual(await sessions.byId(first!.session.id, startMs), undefined)
  })

  test('U13 keys are read the newest first, and old ones go', async t => {
    const keys = new SigningKeys(await open(t))
    const key = { id: 'k1', public: '{}', sealed: 'x', createdMs: startMs }
    await keys.add(key)
    await keys.add({ ...key, id: 'k2', createdMs: startMs + 1 })
    deepStrictEqual(
      (await keys.all()).map(({ id }) => id),
      ['k2', 'k1']
    )
    await keys.removeBefore(startMs + 1)
    deepStrictEqual(await keys.all(), [{ ...key, id: 'k2', createdMs: startMs + 1 }])
  })

  test('U14 a set-up token is used once, by the first user, and is the newest one', async t => {
    const database = await open(t)
    const setUp = new SetUp(database)
    const [old, token] = [await setUp.offer(startMs), await setUp.offer(startMs)]
    deepStrictEqual(
      [await setUp.isOffered(old), await setUp.isOffered(token), await setUp.isOffered('')],
      [false, true, false]
    )
    strictEqual(await setUp.use(old, ada), false)
    strictEqual(await setUp.use(token, ada), true)
    strictEqual(await setUp.use(token, { ...ada, id: 'u2', name: 'eve' }), false)
    // Also one that was made although somebody is there.
    strictEqual(await setUp.use(await setUp.offer(startMs), { ...ada, id: 'u2', name: 'eve' }), false)
    deepStrictEqual((await new Users(database).page()).items.length, 1)
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
