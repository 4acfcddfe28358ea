import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Events } from '../../../src/store/events.ts'
import { SeenEvents } from '../../../src/store/seen-events.ts'
import { Users } from '../../../src/store/users.ts'
import { eventRow, noonMs } from './event-rows.ts'
import type { OpenStore } from './open-store.ts'

const user = { role: 'viewer', password: null, createdMs: noonMs, disabledMs: null } as const

/** Who has looked at what, on any database. */
export function seenEventsSuite(open: OpenStore): void {
  async function withUsers(t: Parameters<OpenStore>[0]) {
    const database = await open(t)
    const users = new Users(database)
    for (const id of ['u1', 'u2']) await users.create({ id, name: `${id}@example.org`, ...user })
    return { database, users }
  }

  test('SE1 a mark is of one user, may be made twice, and is taken away again', async t => {
    const { database } = await withUsers(t)
    const seen = new SeenEvents(database)
    await seen.mark('u1', ['a', 'b', 'a'])
    await seen.mark('u1', ['b'])
    deepStrictEqual([...(await seen.among('u1', ['a', 'b', 'c']))].sort(), ['a', 'b'])
    deepStrictEqual([...(await seen.among('u2', ['a', 'b', 'c']))], [])
    await seen.unmark('u1', ['a', 'c'])
    deepStrictEqual([...(await seen.among('u1', ['a', 'b', 'c']))], ['b'])
  })

  test('SE2 what somebody has not seen is a list of its own, for each', async t => {
    const { database } = await withUsers(t)
    const rows = [1, 2, 3].map(number => eventRow(number, { id: `yard/1/${number}`, stream: 'yard' }))
    await database.sql.insertInto('events').values(rows).execute()
    await new SeenEvents(database).mark('u1', ['yard/1/2'])
    const unseen = async (unseenBy: string) =>
      (await new Events(database).page({ streams: ['yard'], unseenBy })).items.map(({ event }) => event.id).sort()
    deepStrictEqual(await unseen('u1'), ['yard/1/1', 'yard/1/3'])
    deepStrictEqual(await unseen('u2'), ['yard/1/1', 'yard/1/2', 'yard/1/3'])
  })

  test('SE3 beyond so many the oldest marks are forgotten, and all of them with their user', async t => {
    const { database, users } = await withUsers(t)
    let now = noonMs
    const seen = new SeenEvents(database, () => now++, 2)
    for (const id of ['a', 'b', 'c']) await seen.mark('u1', [id])
    deepStrictEqual([...(await seen.among('u1', ['a', 'b', 'c']))].sort(), ['b', 'c'])
    await users.remove('u1')
    deepStrictEqual([...(await seen.among('u1', ['b', 'c']))], [])
  })
}
