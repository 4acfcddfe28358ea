import { deepStrictEqual } from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { openDatabase } from '../../src/store/database.ts'
import { InvitationLinks } from '../../src/store/invitation-links.ts'
import { Users } from '../../src/store/users.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'

const started = await startPostgres({ settings: { default_transaction_isolation: 'repeatable read' } })
after(async () => {
  if (started.missing === false) await started[Symbol.asyncDispose]()
})

describe('Turns on PostgreSQL', { skip: started.missing }, () => {
  test('TU1 who waited for a turn sees what was done before it, whatever an administrator has transactions see', async t => {
    const store = await openDatabase({ url: await (started as PostgresServer).database(), connections: 4 })
    t.after(() => store[Symbol.asyncDispose]())
    const [users, links] = [new Users(store), new InvitationLinks(store)]
    const ids = ['a', 'b', 'c', 'd']
    for (const id of ids)
      await users.create({ id, name: id, role: 'admin', password: null, createdMs: 1, disabledMs: null })
    const refuse = () => {
      throw new RangeError('the only admin')
    }
    const down = await Promise.allSettled(ids.map(id => users.change(id, { role: 'viewer' }, undefined, refuse)))
    deepStrictEqual(
      down.flatMap(each => (each.status === 'rejected' ? [String(each.reason)] : [])),
      ['RangeError: the only admin']
    )
    await Promise.all(ids.map(() => links.offer('a', 10, 1)))
    deepStrictEqual(await links.open(1), [{ userId: 'a', expiresMs: 10 }])
  })
})
