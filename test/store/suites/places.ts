import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Audit } from '../../../src/store/audit.ts'
import { Clips } from '../../../src/store/clips.ts'
import { keepRecording } from '../../../src/store/jobs-results.ts'
import { Recordings } from '../../../src/store/recordings.ts'
import { Settings } from '../../../src/store/settings.ts'
import { Sites } from '../../../src/store/sites.ts'
import { Streams } from '../../../src/store/streams.ts'
import { startMs } from '../records.ts'
import type { OpenStore } from './open-store.ts'

const site = { id: 'berlin', title: 'Berlin, Tor 3', timeZone: 'Europe/Berlin', createdMs: startMs }
const yard = {
  name: 'yard',
  title: 'Hof',
  site: null,
  source: 'rtsp://camera.local/1',
  settings: { fps: 10 },
  createdMs: startMs
}
const invalid = { code: 'SL_QUERY_INVALID' }
const taken = { code: 'SL_NAME_TAKEN' }
const outdated = { code: 'SL_PRECONDITION_FAILED' }

/** Sites, streams, recordings, clips, settings and the audit. */
export function placesSuite(open: OpenStore): void {
  test('P1 a stream comes back as it was made, changed, and not at all once it is removed', async t => {
    const streams = new Streams(await open(t))
    await streams.create(yard)
    deepStrictEqual(await streams.byName('yard'), yard)
    strictEqual(await streams.change('yard', { title: 'Hinterhof', settings: {} }), true)
    deepStrictEqual(await streams.byName('yard'), { ...yard, title: 'Hinterhof', settings: {} })
    strictEqual(await streams.remove('yard', startMs + 1), true)
    strictEqual(await streams.byName('yard'), undefined)
    deepStrictEqual((await streams.page()).items, [])
    strictEqual(await streams.remove('yard', startMs + 2), false)
    strictEqual(await streams.change('yard', { title: 'x' }), false)
  })

  test('P2 the name of a stream is given once, also when it was removed', async t => {
    const streams = new Streams(await open(t))
    await streams.create(yard)
    await rejects(streams.create({ ...yard, title: 'another' }), taken)
    await streams.remove('yard', startMs)
    await rejects(streams.create(yard), taken)
  })

  test('P2b what is put is there as given, also where it was removed, and keeps its site and its birth', async t => {
    const database = await open(t)
    await new Sites(database).create(site)
    const streams = new Streams(database)
    const { site: _none, ...facts } = yard
    await streams.put({ ...facts, source: 'rtsp://admin:hunter2@camera.local/1' })
    deepStrictEqual(await streams.byName('yard'), yard)
    await streams.change('yard', { site: 'berlin' })
    await streams.remove('yard', startMs + 1)
    await streams.put({ ...facts, title: 'Hinterhof', createdMs: startMs + 2 })
    deepStrictEqual(await streams.byName('yard'), { ...yard, title: 'Hinterhof', site: 'berlin' })
    await rejects(streams.put({ ...facts, name: 'Yard' }), invalid)
  })

  test('P2c many are put at once: all of them, or none', async t => {
    const streams = new Streams(await open(t))
    const { site: _none, ...facts } = yard
    await streams.put(facts)
    await streams.putAll([
      { ...facts, title: 'Hof' },
      { ...facts, name: 'attic' }
    ])
    const named = async () => (await streams.page()).items.map(({ name, title }) => [name, title])
    const there = [
      ['attic', yard.title],
      ['yard', 'Hof']
    ]
    deepStrictEqual(await named(), there)
    await rejects(
      streams.putAll([
        { ...facts, name: 'cellar' },
        { ...facts, name: 'Yard' }
      ]),
      invalid
    )
    await streams.putAll([])
    deepStrictEqual(await named(), there)
  })

  test('P3 of an address, user and password are not kept', async t => {
    const streams = new Streams(await open(t))
    await streams.create({ ...yard, source: 'rtsp://admin:hunter2@camera.local/1?token=abc' })
    await streams.create({ ...yard, name: 'attic', source: null })
    await streams.change('attic', { source: 'rtsp://admin:hunter2@camera.local/2' })
    const sources = (await streams.page()).items.map(({ source }) => source)
    deepStrictEqual(sources, ['rtsp://camera.local/2', 'rtsp://camera.local/1?token=***'])
  })

  test('P4 streams are listed by name, as far as they are permitted, and of a site', async t => {
    const database = await open(t)
    await new Sites(database).create(site)
    const streams = new Streams(database)
    for (const name of ['d', 'b', 'a', 'c']) await streams.create({ ...yard, name, site: name < 'c' ? 'berlin' : null })
    const names = async (request: Parameters<Streams['page']>[0]) =>
      (await streams.page(request)).items.map(({ name }) => name)
    const first = await streams.page({ limit: 3 })
    deepStrictEqual(
      first.items.map(({ name }) => name),
      ['a', 'b', 'c']
    )
    deepStrictEqual(await names({ limit: 3, cursor: first.next }), ['d'])
    deepStrictEqual(await names({ permitted: ['d', 'a', 'z'] }), ['a', 'd'])
    deepStrictEqual(await names({ permitted: [] }), [])
    deepStrictEqual(await names({ site: 'berlin', permitted: ['b', 'c'] }), ['b'])
  })

  test('P4b places are listed as far as there are streams in them that are permitted, cursors included', async t => {
    const database = await open(t)
    const [sites, streams] = [new Sites(database), new Streams(database)]
    for (const id of ['a', 'b', 'c', 'd', 'e']) await sites.create({ ...site, id })
    for (const id of ['b', 'c', 'e']) await streams.create({ ...yard, name: `${id}-yard`, site: id })
    await streams.create({ ...yard, name: 'd-gone', site: 'd' })
    await streams.remove('d-gone', startMs)
    const permitted = ['b-yard', 'd-gone', 'e-yard']
    const first = await sites.page({ limit: 1 }, permitted)
    const second = await sites.page({ limit: 1, cursor: first.next }, permitted)
    deepStrictEqual(
      [first, second].map(({ items, next }) => [items.map(({ id }) => id), next === undefined]),
      [
        [['b'], false],
        [['e'], true]
      ]
    )
    deepStrictEqual((await sites.page({}, [])).items, [])
    const found = await Promise.all(['a', 'b', 'c', 'd'].map(id => sites.byId(id, permitted)))
    deepStrictEqual(
      found.map(one => one?.id),
      [undefined, 'b', undefined, undefined]
    )
  })

  test('P5 what is no stream and no site is refused', async t => {
    const database = await open(t)
    const streams = new Streams(database)
    const sites = new Sites(database)
    for (const change of [{ name: 'Yard' }, { title: '' }, { title: 'a\nb' }, { createdMs: -1 }, { site: 'nowhere' }])
      await rejects(streams.create({ ...yard, ...change }), invalid, JSON.stringify(change))
    await rejects(streams.create({ ...yard, settings: { long: 'x'.repeat(300_000) } }), invalid)
    await rejects(streams.create({ ...yard, smell: 1 } as typeof yard), invalid)
    await rejects(sites.create({ ...site, timeZone: 'Mars/Olympus' }), { ...invalid, message: /Europe\/Berlin/ })
    await rejects(sites.create({ ...site, id: '../etc' }), invalid)
  })

  test('P6 a site that is removed leaves its streams, without one', async t => {
    const database = await open(t)
    const [sites, streams] = [new Sites(database), new Streams(database)]
    await sites.create(site)
    await rejects(sites.create(site), taken)
    await streams.create({ ...yard, site: 'berlin' })
    strictEqual(await sites.change('berlin', { title: 'Spandau' }), true)
    deepStrictEqual((await sites.page()).items, [{ ...site, title: 'Spandau' }])
    strictEqual(await sites.remove('berlin'), true)
    strictEqual(await sites.byId('berlin'), undefined)
    strictEqual((await streams.byName('yard'))?.site, null)
    strictEqual(await sites.remove('berlin'), false)
  })

  test('P7 recordings are listed from the newest on, as far as they are permitted', async t => {
    const database = await open(t)
    const recordings = new Recordings(database)
    for (const [index, stream] of ['match', 'training', 'match'].entries()) {
      const times = { started_ms: startMs, duration_ms: null, created_ms: startMs + Math.min(index, 1) }
      const row = { id: `r${index}`, stream, epoch: index + 1, title: 'Finale', asset: null, facts: '{"frames":3}' }
      await keepRecording(database, { ...row, ...times })
    }
    const first = await recordings.page({ limit: 2 })
    deepStrictEqual(
      first.items.map(({ id }) => id),
      ['r2', 'r1']
    )
    deepStrictEqual(
      (await recordings.page({ limit: 2, cursor: first.next })).items.map(({ id }) => id),
      ['r0']
    )
    deepStrictEqual(
      (await recordings.page({ permitted: ['training'] })).items.map(({ id }) => id),
      ['r1']
    )
    deepStrictEqual((await recordings.byId('r1', ['training']))?.facts, { frames: 3 })
    strictEqual(await recordings.byId('r1', ['match']), undefined)
    strictEqual(await recordings.rename('r1', 'Halbfinale'), true)
    strictEqual((await recordings.byId('r1'))?.title, 'Halbfinale')
    strictEqual(await recordings.rename('r9', 'x'), false)
    const asset = (await recordings.byId('r1'))!.asset
    await rejects(recordings.rename('r1', 'Finale', { title: 'Match', asset }), outdated)
    strictEqual(await recordings.rename('r1', 'Finale', { title: 'Halbfinale', asset }), true)
  })

  test('P8 clips are listed by their begins, and one that ends before it begins is none', async t => {
    const clips = new Clips(await open(t))
    const clip = {
      id: 'c1',
      stream: 'yard',
      epoch: 1,
      fromMs: 5,
      toMs: 9,
      asset: 'a'.repeat(64),
      eventId: null,
      createdMs: 1
    }
    await clips.create(clip)
    await clips.create({ ...clip, id: 'c2', fromMs: 7, eventId: 'yard/1/x' })
    await clips.create({ ...clip, id: 'c3', stream: 'attic' })
    await rejects(clips.create(clip), taken)
    await rejects(clips.create({ ...clip, id: 'c4', toMs: 4 }), invalid)
    await rejects(clips.create({ ...clip, id: 'c4', asset: '../etc/passwd' }), invalid)
    const ids = async (request: Parameters<Clips['page']>[0]) => (await clips.page(request)).items.map(({ id }) => id)
    deepStrictEqual(await ids({}), ['c2', 'c3', 'c1'])
    deepStrictEqual(await ids({ streams: ['yard'], toMs: 7 }), ['c1'])
    deepStrictEqual(await ids({ permitted: ['attic'] }), ['c3'])
    deepStrictEqual(await clips.byId('c1'), clip)
    strictEqual(await clips.byId('c1', ['attic']), undefined)
    deepStrictEqual([await clips.remove('c1'), await clips.remove('c1')], [true, false])
  })

  test('P9 a setting is what was put last, and JSON', async t => {
    const settings = new Settings(await open(t))
    strictEqual(await settings.get('retention.events'), undefined)
    await settings.put('retention.events', { days: 30 }, startMs)
    await settings.put('retention.events', { days: 60 }, startMs + 1)
    await settings.put('retention.clips', null, startMs)
    await settings.put('retentions', 1, startMs)
    deepStrictEqual(await settings.get('retention.events'), { days: 60 })
    deepStrictEqual(
      [...(await settings.beginningWith('retention.'))],
      [
        ['retention.clips', null],
        ['retention.events', { days: 60 }]
      ]
    )
    deepStrictEqual([await settings.remove('retentions'), await settings.remove('retentions')], [true, false])
    await rejects(settings.put('a b', 1, startMs), invalid)
    await rejects(settings.put('a', undefined, startMs), invalid)
  })

  test('P10 the audit tells what was added last first, whatever the clocks said', async t => {
    const audit = new Audit(await open(t))
    const entry = {
      atMs: startMs,
      actor: 'user:ada',
      action: 'stream-removed',
      subject: 'stream/yard',
      detail: { why: 'gone' }
    }
    await audit.add(entry)
    await audit.add({ ...entry, actor: 'retention', atMs: startMs - 3_600_000 })
    await audit.add({ ...entry, subject: 'stream/attic' })
    const first = await audit.page({ limit: 2 })
    deepStrictEqual(
      first.items.map(({ actor, subject }) => [actor, subject]),
      [
        ['user:ada', 'stream/attic'],
        ['retention', 'stream/yard']
      ]
    )
    const { n: _n, ...last } = (await audit.page({ limit: 2, cursor: first.next })).items[0]!
    deepStrictEqual(last, entry)
    strictEqual((await audit.page({ actor: 'retention' })).items.length, 1)
    strictEqual((await audit.page({ subject: 'stream/yard', fromMs: startMs })).items.length, 1)
    await rejects(audit.add({ ...entry, actor: 'a\nb' }), invalid)
  })

  test('P11 a setting is replaced, with an entry of the audit, where it still is as it was read', async t => {
    const database = await open(t)
    const settings = new Settings(database)
    const entry = { atMs: startMs, actor: 'user:ada', action: 'settings-changed', subject: 'settings', detail: {} }
    const replace = (before: unknown, value: unknown) => settings.replace('said', before, value, entry)
    const together = await Promise.all([replace(undefined, { a: 1 }), replace(undefined, { b: 1 })])
    deepStrictEqual(together.sort(), [false, true])
    const first = await settings.get('said')
    deepStrictEqual([await replace({ c: 1 }, {}), await replace(undefined, {})], [false, false])
    deepStrictEqual(await settings.get('said'), first)
    const both = await Promise.all([replace(first, { d: 1 }), replace(first, { e: 1 })])
    deepStrictEqual(both.sort(), [false, true])
    strictEqual((await new Audit(database).page()).items.length, 2)
    const wrong = { ...entry, actor: '' }
    await rejects(settings.replace('said', await settings.get('said'), {}, wrong), invalid)
    strictEqual(Object.keys((await settings.get('said')) as object).length, 1)
  })

  test('P20 of two who change what both have seen, one does, whichever processes they are', async t => {
    const database = await open(t)
    const [sites, streams] = [new Sites(database), new Streams(database)]
    for (const id of ['berlin', 'paris']) await sites.create({ ...site, id })
    await streams.create(yard)
    const both = (change: (n: number) => Promise<unknown>) => Promise.allSettled([1, 2].map(change))
    const refusals = (settled: readonly PromiseSettledResult<unknown>[]) =>
      settled.flatMap(each => (each.status === 'rejected' ? each.reason.code : []))
    const renamed = await both(n => new Sites(database).change('berlin', { title: `Tor ${n}` }, site))
    deepStrictEqual(refusals(renamed), [outdated.code])
    const placed = await both(n => streams.change('yard', { site: n === 1 ? 'berlin' : 'paris' }, yard))
    deepStrictEqual(refusals(placed), [outdated.code])
  })

  test('P21 what is not as somebody has seen it is not removed, nor is anything of it', async t => {
    const database = await open(t)
    const [sites, streams] = [new Sites(database), new Streams(database)]
    await sites.create(site)
    await streams.create({ ...yard, site: 'berlin' })
    await rejects(sites.remove('berlin', { ...site, title: 'Before' }), outdated)
    strictEqual((await streams.byName('yard'))?.site, 'berlin')
    await rejects(sites.change('gone', { title: 'x' }, { ...site, id: 'gone' }), outdated)
    strictEqual(await sites.remove('berlin', site), true)
  })
}
