import { deepStrictEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { LookRecord } from '../../../src/contract/record.ts'
import { removeRows } from '../../../src/retention/remove-rows.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { SiteIdentities } from '../../../src/store/site-identities.ts'
import { type Placing, SiteLooks } from '../../../src/store/site-looks.ts'
import { Sites } from '../../../src/store/sites.ts'
import { Streams } from '../../../src/store/streams.ts'
import { batch, look as lookRecord, startMs, track } from '../records.ts'
import type { OpenStore } from './open-store.ts'

/** Of the track of that number, which began so much later. */
const look = (stream: string, track: number, afterMs = 0) => lookRecord({ stream, track, afterMs })

/** Says that all are of those identities, one after the other. */
const as =
  (...identities: (string | undefined)[]): Placing =>
  fresh =>
    fresh.map(() => identities.shift())

/** Who was seen at sites, on any database. */
export function siteIdentitiesSuite(open: OpenStore): void {
  /** Two streams at the mill, one at the lake, one nowhere. */
  async function atSites(t: Parameters<OpenStore>[0], database?: StoreDatabase) {
    const store = database ?? (await open(t))
    const sites = new Sites(store)
    const streams = new Streams(store)
    for (const id of ['mill', 'lake']) await sites.create({ id, title: id, timeZone: 'UTC', createdMs: 1 })
    for (const [name, site] of [
      ['door', 'mill'],
      ['yard', 'mill'],
      ['pier', 'lake'],
      ['road', null]
    ] as const)
      await streams.create({ name, title: name, site, source: 'demo:', settings: {}, createdMs: 1 })
    const sink = new StoreSink(store)
    let from = 1
    const tell = async (...looks: LookRecord[]) => {
      deepStrictEqual(await sink.take(batch(looks, { from })), [])
      from += looks.length
    }
    return { store, sites, sink, tell, looks: new SiteLooks(store), identities: new SiteIdentities(store) }
  }
  /** Nobody is known again in any of the streams. */
  const nothing = new Map(['door', 'yard', 'pier'].map(name => [name, 0] as const))
  const kept = async (store: StoreDatabase) =>
    (
      await store.sql
        .selectFrom('track_looks')
        .select(['stream', 'track_id'])
        .orderBy('stream')
        .orderBy('track_id')
        .execute()
    ).map(row => `${row.stream}/${row.track_id}`)
  const ofIdentity = async (identities: SiteIdentities, id: string) =>
    (await identities.tracks(id, {})).items.map(({ stream, trackId, by }) => `${stream}/${trackId} ${by}`)

  test('SI1 a track is settled once, by those of its site that are known, whatever comes twice', async t => {
    const { tell, looks, identities } = await atSites(t)
    const asked: string[][] = []
    const listening =
      (placing: Placing): Placing =>
      (fresh, known, site) => {
        asked.push([site, ...fresh.map(({ stream }) => stream), 'known', ...known.map(({ identity }) => identity)])
        return placing(fresh, known, site)
      }
    await tell(look('door', 1), look('pier', 1, 10))
    equal(await looks.place(9, listening(as('ada', 'bob')), 1), 2)
    await tell(look('yard', 1, 9000), look('door', 1))
    equal(await looks.place(9, listening(as('ada')), 2), 1)
    equal(await looks.place(9, listening(as('nobody')), 3), 0)
    deepStrictEqual(asked, [
      ['mill', 'door', 'known'],
      ['lake', 'pier', 'known'],
      ['mill', 'yard', 'known', 'ada']
    ])
    const facts = { site: 'mill', label: 'person', tracks: 2, streams: ['door', 'yard'] }
    deepStrictEqual(await identities.byId('ada'), {
      ...{ id: 'ada', ...facts },
      ...{ firstMs: startMs, lastMs: startMs + 11_000 }
    })
    deepStrictEqual(await ofIdentity(identities, 'ada'), ['yard/1 machine', 'door/1 machine'])
  })

  test('SI1 a track of somebody has its best picture, where there is one', async t => {
    const { sink, tell, looks, identities } = await atSites(t)
    const pictured = track({ stream: 'door' })
    const snapshot = 'ab'.repeat(32)
    await sink.take(batch([{ ...pictured, body: { ...pictured.body, snapshot } }], { log: 'b' }))
    await tell(look('door', 1), look('yard', 1))
    await looks.place(9, as('ada', 'ada'), 1)
    const { items, next } = await identities.tracks('ada', { limit: 1 })
    const rest = await identities.tracks('ada', { limit: 1, cursor: next! })
    deepStrictEqual(
      [...items, ...rest.items].map(each => each.snapshot),
      [null, snapshot]
    )
  })

  test('SI2 those that ended first come first, only so many at once; of streams without a site nothing is kept', async t => {
    const { store, tell, looks, identities } = await atSites(t)
    await tell(look('door', 2, 5000), look('road', 1), look('door', 1, 1000))
    equal(await looks.place(2, as('ada'), 1), 2)
    deepStrictEqual(await ofIdentity(identities, 'ada'), ['door/1 machine'])
    deepStrictEqual(await kept(store), ['door/1', 'door/2'])
  })

  test('SI3 of what nothing can be said nothing is said, and it is not asked about again', async t => {
    const { tell, looks, identities } = await atSites(t)
    await tell(look('door', 1))
    equal(await looks.place(9, as(undefined), 1), 1)
    equal(await looks.place(9, as('ada'), 1), 0)
    deepStrictEqual((await identities.page({})).items, [])
  })

  test('SI4 looks are forgotten after keepMs, after a day where that is not known here, and at once with their stream', async t => {
    const { store, tell, looks, identities } = await atSites(t)
    await tell(look('door', 1), look('door', 2, 60_000), look('yard', 1), look('pier', 1, 60_000))
    await looks.place(9, as('ada', 'bob', 'cleo', 'dan'), 1)
    const keepMs = new Map([['door', 30_000]])
    await new Streams(store).remove('pier', 1)
    await looks.forget(keepMs, startMs + 70_000)
    deepStrictEqual(await kept(store), ['door/2', 'yard/1'])
    await looks.forget(new Map([['door', 0]]), startMs + 86_402_001)
    deepStrictEqual(await kept(store), [])
    equal((await identities.page({})).items.length, 4)
  })

  test('SI5 a look that comes again once it was forgotten changes nothing that is known', async t => {
    const { tell, looks, identities } = await atSites(t)
    await tell(look('door', 1))
    await looks.place(9, as('ada'), 1)
    await looks.forget(nothing, startMs)
    await tell(look('door', 1))
    await looks.place(9, as('eve'), 1)
    deepStrictEqual(await ofIdentity(identities, 'ada'), ['door/1 machine'])
    equal(await identities.byId('eve'), undefined)
  })

  test('SI6 lists have those of whom something was seen in what is permitted, and nothing of the rest', async t => {
    const { tell, looks, identities } = await atSites(t)
    await tell(look('door', 1), look('yard', 1, 10_000), look('yard', 2, 20_000), look('pier', 1, 30_000))
    await looks.place(9, as('ada', 'ada', 'bob', 'cleo'), 1)
    const ids = async (request: Parameters<SiteIdentities['page']>[0]) =>
      (await identities.page(request)).items.map(({ id }) => id)
    deepStrictEqual(await ids({}), ['cleo', 'bob', 'ada'])
    deepStrictEqual(await ids({ permitted: ['door'] }), ['ada'])
    deepStrictEqual(await ids({ site: 'mill' }), ['bob', 'ada'])
    deepStrictEqual(await ids({ stream: 'yard' }), ['bob', 'ada'])
    deepStrictEqual(await ids({ stream: 'yard', permitted: ['door'] }), [])
    deepStrictEqual(await ids({ fromMs: startMs + 15_000, toMs: startMs + 30_000 }), ['bob'])
    const first = await identities.page({ limit: 2 })
    deepStrictEqual(await ids({ limit: 2, cursor: first.next! }), ['ada'])
    const seen = await identities.byId('ada', ['door'])
    deepStrictEqual([seen?.tracks, seen?.streams, seen?.lastMs], [1, ['door'], startMs + 2000])
    equal(await identities.byId('ada', ['pier']), undefined)
    equal((await identities.tracks('ada', { permitted: ['door'] })).items.length, 1)
    deepStrictEqual(
      [
        ...(await identities.ofTracks([
          { stream: 'yard', epoch: 1, trackId: 1 },
          { stream: 'no', epoch: 1, trackId: 1 }
        ]))
      ],
      [['yard/1/1', 'ada']]
    )
  })

  test('SI6 only so many are looked at for a page: it may have fewer than there are, and the list goes on', async t => {
    const { store, tell, looks } = await atSites(t)
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    await tell(...names.map((_, n) => look(n % 6 === 0 ? 'door' : 'yard', n + 1, n * 10_000)))
    await looks.place(9, as(...names), 1)
    const identities = new SiteIdentities(store, 3)
    const pages: string[][] = []
    for (let cursor: string | undefined; ; ) {
      const { items, next } = await identities.page({ permitted: ['door'], ...(cursor && { cursor }) })
      pages.push(items.map(({ id }) => id))
      if (next === undefined) break
      cursor = next
    }
    deepStrictEqual(pages, [['g'], [], ['a']])
    const { items, next } = await identities.page({ limit: 2 })
    const rest = await identities.page({ limit: 2, cursor: next! })
    deepStrictEqual(
      [...items, ...rest.items].map(({ id }) => id),
      ['g', 'f', 'e', 'd']
    )
  })

  test('SI7 two who are merged are one, by hand; who has nothing left is gone', async t => {
    const { tell, looks, identities } = await atSites(t)
    await tell(look('door', 1), look('yard', 1, 10_000), look('pier', 1, 20_000))
    await looks.place(9, as('ada', 'bob', 'cleo'), 1)
    equal(await identities.merge('bob', 'ada', ['yard']), true)
    deepStrictEqual(await ofIdentity(identities, 'ada'), ['yard/1 hand', 'door/1 machine'])
    equal(await identities.byId('bob'), undefined)
    equal(await identities.merge('bob', 'ada', ['yard']), false)
    await rejects(identities.merge('cleo', 'ada', ['pier']), { code: 'SL_QUERY_INVALID', message: /two sites/ })
    await rejects(identities.merge('ada', 'ada', ['door']), { code: 'SL_QUERY_INVALID' })
  })

  test('SI7 a person and a car are not merged', async t => {
    const { tell, looks, identities } = await atSites(t)
    const car = look('yard', 1, 10_000)
    await tell(look('door', 1), { ...car, body: { ...car.body, label: 'car' } })
    await looks.place(9, as('ada', 'volvo'), 1)
    await rejects(identities.merge('volvo', 'ada', ['yard']), {
      code: 'SL_QUERY_INVALID',
      message: /person.*car|car.*person/
    })
    deepStrictEqual(await ofIdentity(identities, 'volvo'), ['yard/1 machine'])
  })

  test('SI8 what is merged is what was seen in the streams that are named', async t => {
    const { tell, looks, identities } = await atSites(t)
    await tell(look('door', 1), look('door', 2, 10_000), look('yard', 2, 20_000))
    await looks.place(9, as('ada', 'bob', 'bob'), 1)
    equal(await identities.merge('bob', 'ada', ['door']), true)
    deepStrictEqual(await ofIdentity(identities, 'ada'), ['door/2 hand', 'door/1 machine'])
    deepStrictEqual(await ofIdentity(identities, 'bob'), ['yard/2 machine'])
  })

  test('SI9 tracks that are split off are somebody else’s, all of them or none', async t => {
    const { tell, looks, identities } = await atSites(t)
    await tell(look('door', 1), look('door', 2, 10_000), look('yard', 1, 20_000))
    await looks.place(9, as('ada', 'ada', 'bob'), 1)
    const [own, others] = [
      { stream: 'door', epoch: 1, trackId: 2 },
      { stream: 'yard', epoch: 1, trackId: 1 }
    ]
    equal(await identities.split('ada', [own, others], 5), undefined)
    equal((await identities.page({})).items.length, 2)
    const made = await identities.split('ada', [own, own], 5)
    deepStrictEqual(await ofIdentity(identities, made!), ['door/2 hand'])
    deepStrictEqual(await ofIdentity(identities, 'ada'), ['door/1 machine'])
    equal(await identities.split('nobody', [own], 5), undefined)
  })

  test('SI10 what people said stays, whatever machines say later, and when the rest is thrown away', async t => {
    const { store, sink, tell, looks, identities } = await atSites(t)
    await tell(look('door', 1), look('yard', 1, 10_000), look('yard', 2, 20_000))
    await sink.take(
      batch([track({ stream: 'door' }), track({ stream: 'yard', track: 1, afterMs: 10_000 })], { log: 'b' })
    )
    await looks.place(9, as('ada', 'bob', 'ada'), 1)
    await identities.merge('bob', 'ada', ['yard'])
    const split = await identities.split('ada', [{ stream: 'yard', epoch: 1, trackId: 2 }], 2)
    await looks.forget(nothing, startMs)
    await tell(look('yard', 1, 10_000), look('yard', 2, 20_000), look('yard', 3, 30_000))
    await looks.place(9, as('cleo', 'cleo', 'ada'), 3)
    deepStrictEqual(await ofIdentity(identities, 'ada'), ['yard/3 machine', 'yard/1 hand', 'door/1 machine'])
    deepStrictEqual(await ofIdentity(identities, split!), ['yard/2 hand'])
    equal(await identities.byId('cleo'), undefined)
    const removal = { kind: 'tracks', reason: 'age', beforeMs: startMs + 5000, maxBytes: Infinity } as const
    await removeRows(store, { ...removal, stream: 'door' }, 100)
    deepStrictEqual(await ofIdentity(identities, 'ada'), ['yard/3 machine', 'yard/1 hand'])
  })

  test('SI11 with tracks that are thrown away go what they looked like and whoever is left with none', async t => {
    const { store, sink, tell, looks, identities } = await atSites(t)
    await tell(look('door', 1), look('door', 2, 10_000), look('yard', 1))
    await sink.take(batch([track({ stream: 'door' }), track({ stream: 'yard' })], { log: 'b' }))
    await looks.place(9, as('ada', 'bob', 'cleo'), 1)
    const removal = { kind: 'tracks', reason: 'age', beforeMs: startMs + 5000, maxBytes: Infinity } as const
    await removeRows(store, { ...removal, stream: 'door' }, 100)
    deepStrictEqual(await kept(store), ['door/2', 'yard/1'])
    deepStrictEqual((await identities.page({})).items.map(({ id }) => id).sort(), ['bob', 'cleo'])
  })

  test('SI12 with a site go those who were seen there', async t => {
    const { store, sites, tell, looks, identities } = await atSites(t)
    await tell(look('door', 1), look('pier', 1))
    await looks.place(9, as('ada', 'bob'), 1)
    await sites.remove('mill')
    deepStrictEqual(
      (await identities.page({})).items.map(({ id }) => id),
      ['bob']
    )
    equal((await store.sql.selectFrom('site_identity_tracks').select('stream').execute()).length, 1)
  })

  /** So many that what begins meanwhile comes before the last of them. */
  const many = Array.from({ length: 40 }, (_, n) => n + 2)
  /** While tracks of `identity` are being settled, something else begins. */
  const meanwhile = (identity: string, begin: () => Promise<unknown>) => {
    let begun: Promise<unknown> = Promise.resolve()
    const placing: Placing = fresh => {
      begun = begin()
      return fresh.map(() => identity)
    }
    return { placing, ended: () => begun }
  }

  test('SI13 who is merged while another track of theirs is settled has that one, too', async t => {
    const { tell, looks, identities } = await atSites(t)
    await tell(look('door', 1), look('yard', 1, 10_000))
    await looks.place(9, as('ada', 'bob'), 1)
    await tell(...many.map(n => look('yard', n, n * 10_000)))
    const { placing, ended } = meanwhile('bob', () => identities.merge('bob', 'ada', ['yard']))
    await looks.place(99, placing, 2)
    equal(await ended(), true)
    deepStrictEqual(await ofIdentity(identities, 'bob'), [])
    equal((await identities.byId('ada'))?.tracks, many.length + 2)
  })

  test('SI13 whose tracks are thrown away while another is settled has that one', async t => {
    const { store, sink, tell, looks, identities } = await atSites(t)
    await tell(look('door', 1))
    await sink.take(batch([track({ stream: 'door' })], { log: 'b' }))
    await looks.place(9, as('ada'), 1)
    await tell(...many.map(n => look('door', n, n * 10_000)))
    const removal = { kind: 'tracks', reason: 'age', beforeMs: startMs + 5000, maxBytes: Infinity } as const
    const { placing, ended } = meanwhile('ada', () => removeRows(store, { ...removal, stream: 'door' }, 100))
    await looks.place(99, placing, 2)
    await ended()
    equal((await identities.byId('ada'))?.tracks, many.length)
  })

  test('SI13 a site that is removed while tracks are settled there goes with who was seen in it', async t => {
    const { sites, tell, looks, identities } = await atSites(t)
    await tell(...many.map(n => look('door', n, n * 10_000)), look('pier', 1, 1e6))
    const { placing, ended } = meanwhile('ada', () => sites.remove('lake'))
    const placingBoth: Placing = (fresh, known, site) => (site === 'mill' ? placing(fresh, known, site) : ['bob'])
    equal(await looks.place(99, placingBoth, 2), many.length + 1)
    equal(await ended(), true)
    deepStrictEqual(
      (await identities.page({})).items.map(({ id, tracks }) => [id, tracks]),
      [['ada', many.length]]
    )
  })

  test('SI13 two who settle at once settle each track once', async t => {
    const { tell, looks, identities } = await atSites(t)
    await tell(...many.map(n => look('door', n, n * 10_000)))
    const { placing, ended } = meanwhile('ada', () => looks.place(99, fresh => fresh.map(() => 'bob'), 1))
    deepStrictEqual([await looks.place(99, placing, 1), await ended()], [many.length, 0])
    deepStrictEqual(
      (await identities.page({})).items.map(({ id, tracks }) => [id, tracks]),
      [['ada', many.length]]
    )
  })
}
