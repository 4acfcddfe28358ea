import { deepStrictEqual, doesNotMatch, equal, match, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { keepRecording } from '../../../src/store/jobs-results.ts'
import { ShareLinks } from '../../../src/store/share-links.ts'
import { Users } from '../../../src/store/users.ts'
import { noonMs } from './event-rows.ts'
import type { OpenStore } from './open-store.ts'

/** Links to reports, on any database. */
export function shareLinksSuite(open: OpenStore): void {
  async function withRecordings(t: Parameters<OpenStore>[0]) {
    const database = await open(t)
    const users = new Users(database)
    const facts = { role: 'operator', password: null, createdMs: noonMs, disabledMs: null } as const
    await users.create({ id: 'u1', name: 'ada', ...facts })
    for (const stream of ['yard', 'attic'])
      await keepRecording(database, {
        ...{ id: `rec-${stream}`, stream, epoch: 1, title: `Match at ${stream}`, asset: null, facts: '{}' },
        ...{ started_ms: noonMs, duration_ms: 1000, created_ms: noonMs }
      })
    return { database, users, links: new ShareLinks(database) }
  }
  const wish = {
    recording: 'rec-yard',
    userId: 'u1',
    title: 'For the coach',
    createdMs: noonMs,
    expiresMs: noonMs + 10
  }

  test('SL1 a link is found by its own secret until it ends, and its secret is kept nowhere', async t => {
    const { database, links } = await withRecordings(t)
    const { id, secret } = await links.issue(wish)
    const other = await links.issue(wish)
    match(secret, /^sll_[\w-]{43}$/)
    const found = await links.find(id, secret, noonMs + 9)
    deepStrictEqual([found?.recording, found?.stream, found?.userName], ['rec-yard', 'yard', 'ada'])
    equal(await links.find(id, secret, noonMs + 10), undefined)
    equal(await links.find(id, other.secret, noonMs), undefined)
    equal(await links.find(id, '', noonMs), undefined)
    doesNotMatch(JSON.stringify(await database.sql.selectFrom('share_links').selectAll().execute()), new RegExp(secret))
  })

  test('SL2 lists have those that hold, of what is permitted, the newest first', async t => {
    const { links } = await withRecordings(t)
    const made = [
      await links.issue(wish),
      await links.issue({ ...wish, createdMs: noonMs + 1, expiresMs: noonMs + 20 }),
      await links.issue({ ...wish, recording: 'rec-attic', createdMs: noonMs + 2, expiresMs: noonMs + 20 })
    ].map(({ id }) => id)
    const ids = async (request: Parameters<ShareLinks['page']>[0]) =>
      (await links.page(request)).items.map(({ id }) => made.indexOf(id))
    deepStrictEqual(await ids({ nowMs: noonMs }), [2, 1, 0])
    deepStrictEqual(await ids({ nowMs: noonMs + 10 }), [2, 1])
    deepStrictEqual(await ids({ nowMs: noonMs, permitted: ['yard'] }), [1, 0])
    deepStrictEqual(await ids({ nowMs: noonMs, recording: 'rec-attic' }), [2])
    const first = await links.page({ nowMs: noonMs, limit: 2 })
    deepStrictEqual((await links.page({ nowMs: noonMs, limit: 2, cursor: first.next! })).items[0]?.id, made[0])
    equal(await links.byId(made[2]!, ['yard']), undefined)
  })

  test('SL3 one that was revoked is gone, and so are those of a user who is', async t => {
    const { links, users } = await withRecordings(t)
    const [one, another] = [await links.issue(wish), await links.issue(wish)]
    deepStrictEqual([await links.revoke(one.id), await links.revoke(one.id)], [true, false])
    equal(await links.find(one.id, one.secret, noonMs), undefined)
    await users.remove('u1')
    equal(await links.find(another.id, another.secret, noonMs), undefined)
  })

  test('SL4 there is room for so many that hold; nobody and nothing can be shared by nobody', async t => {
    const { links } = await withRecordings(t)
    const told: number[] = []
    for (const createdMs of [noonMs, noonMs + 1, noonMs + 11])
      await links.issue({ ...wish, createdMs, expiresMs: createdMs + 10 }, there => void told.push(there))
    deepStrictEqual(told, [0, 1, 0])
    const room = (there: number) => {
      if (there > 2) throw new RangeError()
    }
    const late = { ...wish, createdMs: noonMs + 50, expiresMs: noonMs + 60 }
    const made = await Promise.allSettled([1, 2, 3, 4, 5].map(() => links.issue(late, room)))
    equal(made.filter(({ status }) => status === 'fulfilled').length, 3)
    await rejects(links.issue({ ...wish, userId: 'u9' }), { code: 'SL_QUERY_INVALID' })
    await rejects(links.issue({ ...wish, recording: 'none' }), { code: 'SL_QUERY_INVALID' })
  })
}
