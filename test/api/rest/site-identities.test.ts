import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { Audit } from '../../../src/store/audit.ts'
import { SiteLooks } from '../../../src/store/site-looks.ts'
import { Sites } from '../../../src/store/sites.ts'
import { Streams } from '../../../src/store/streams.ts'
import { look, startMs, track } from '../../store/records.ts'
import { type Asked, RestHouse } from './rest-house.ts'

/** At one site: ada, whom the yard and the attic saw, and bob, of the yard and the street. Olga operates the yard alone. */
async function withPeople(t: Parameters<typeof RestHouse.open>[0]) {
  const house = await RestHouse.open(t)
  const { database } = house
  await new Sites(database).create({ id: 'mill', title: 'Mill', timeZone: 'UTC', createdMs: 1 })
  for (const name of ['yard', 'attic', 'street'])
    await new Streams(database).create({ name, title: name, site: 'mill', source: 'demo:', settings: {}, createdMs: 1 })
  const tell = async (stream: string, whose: readonly string[], afterMs: number) => {
    await house.store(...whose.map((_, index) => look({ stream, track: index + 1, afterMs: afterMs + index * 9000 })))
    await new SiteLooks(database).place(9, fresh => fresh.map(({ trackId }) => whose[trackId - 1]), startMs)
  }
  await tell('yard', ['ada', 'bob', 'ada', 'cleo'], 0)
  await tell('attic', ['ada', 'dan'], 50_000)
  await tell('street', ['bob'], 90_000)
  const ask = (path: string, asked: Asked = {}) => house.json(`/api/v1/identities${path}`, asked)
  return { house, ask }
}
const key = (stream: string, trackId: number) => ({ stream, epoch: 1, trackId })
const idsOf = (body: unknown) => (body as { items: { id: string }[] }).items.map(({ id }) => id)

test('PI1 people are listed as far as somebody may see them, and nothing says that there is more', async t => {
  const { ask } = await withPeople(t)
  deepStrictEqual(idsOf((await ask('')).body), ['dan', 'cleo', 'bob', 'ada'])
  deepStrictEqual(idsOf((await ask('', { as: 'vera' })).body), ['cleo', 'bob', 'ada'])
  const facts = { id: 'ada', site: 'mill', label: 'person', tracks: 2, streams: ['yard'] }
  const times = { firstMs: startMs, lastMs: startMs + 20_000 }
  deepStrictEqual((await ask('/ada', { as: 'vera' })).body, { ...facts, ...times })
  const { items } = (await ask('/ada/tracks', { as: 'vera' })).body as { items: { trackId: number; by: string }[] }
  deepStrictEqual(
    items.map(({ trackId, by }) => [trackId, by]),
    [
      [3, 'machine'],
      [1, 'machine']
    ]
  )
  equal((await ask('/dan', { as: 'vera' })).status, 404)
  equal((await ask('/dan/tracks', { as: 'vera' })).status, 404)
})

test('PI2 two are merged by who operates all streams in which they see them; what they do not see stays', async t => {
  const { ask, house } = await withPeople(t)
  const merge = (id: string, into: string, as: Asked['as']) =>
    ask(`/${id}/merge`, { as, method: 'POST', body: { into } })
  equal((await merge('ada', 'cleo', 'vera')).status, 403)
  // Bob was in the street, too, where olga may only look.
  equal((await merge('bob', 'cleo', 'olga')).status, 403)
  equal((await merge('cleo', 'bob', 'olga')).status, 403)
  equal((await merge('cleo', 'dan', 'olga')).status, 404)
  const merged = await merge('ada', 'cleo', 'olga')
  deepStrictEqual([merged.status, (merged.body as { tracks: number }).tracks], [200, 3])
  equal((await ask('/ada', { as: 'olga' })).status, 404)
  deepStrictEqual(((await ask('/ada')).body as { streams: string[] }).streams, ['attic'])
  const [entry] = (await new Audit(house.database).page({ limit: 1 })).items
  const { actor, action, subject, detail } = entry!
  deepStrictEqual(
    { actor, action, subject, detail },
    {
      actor: 'user:olga',
      action: 'identity-merged',
      subject: 'identity/ada',
      detail: { into: 'cleo', streams: ['yard'] }
    }
  )
})

test('PI3 tracks are split off by who operates their streams, and one is left at least', async t => {
  const { ask } = await withPeople(t)
  const split = (id: string, tracks: object[], as: Asked['as']) =>
    ask(`/${id}/split`, { as, method: 'POST', body: { tracks } })
  equal((await split('ada', [key('yard', 1)], 'vera')).status, 403)
  equal((await split('bob', [key('street', 1)], 'olga')).status, 403)
  equal((await split('ada', [key('attic', 1)], 'olga')).status, 404)
  equal((await split('ada', [key('yard', 2)], 'olga')).status, 404)
  equal((await split('ada', [key('yard', 1), key('yard', 3)], 'olga')).status, 400)
  equal((await split('ada', [], 'olga')).status, 400)
  const made = await split('ada', [key('yard', 3)], 'olga')
  const { id, tracks } = made.body as { id: string; tracks: number }
  deepStrictEqual([made.status, tracks], [201, 1])
  const { items } = (await ask(`/${id}/tracks`)).body as { items: { by: string; trackId: number }[] }
  deepStrictEqual(
    items.map(({ trackId, by }) => [trackId, by]),
    [[3, 'hand']]
  )
  deepStrictEqual(((await ask('/ada')).body as { streams: string[] }).streams, ['attic', 'yard'])
})

test('PI4 a track says whose it is', async t => {
  const { house } = await withPeople(t)
  await house.store(track({ track: 1 }), track({ track: 9 }))
  const { items } = (await house.json('/api/v1/tracks?stream=yard&order=oldest')).body as { items: object[] }
  deepStrictEqual(
    items.map(item => 'identity' in item && item.identity),
    ['ada', null]
  )
  equal((await house.json('/api/v1/tracks/yard/1/1', { as: 'vera' })).body.identity, 'ada')
})
