import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamReidSettings } from '../../src/config/reid-settings.ts'
import type { LookRecord } from '../../src/contract/record.ts'
import { createLog } from '../../src/core/log.ts'
import { IdentityDesk, type IdentityDeskOptions, reidOfStreams } from '../../src/roles/identity-desk.ts'
import { StoreSink } from '../../src/store/log-sink.ts'
import { SiteIdentities } from '../../src/store/site-identities.ts'
import { Sites } from '../../src/store/sites.ts'
import { Streams } from '../../src/store/streams.ts'
import { packLook } from '../../src/tracking/packed-look.ts'
import { batch, look, startMs } from '../store/records.ts'
import { openSqliteStore } from '../store/suites/open-store.ts'

/** Somebody by their clothes, over two seconds. */
function seen(stream: string, track: number, clothes: number, afterMs: number): LookRecord {
  const vector = new Float32Array(8)
  vector[clothes] = 1
  const record = look({ stream, track, afterMs })
  return { ...record, body: { ...record.body, look: Buffer.from(packLook(vector)!).toString('base64') } }
}

const reid: StreamReidSettings = { model: 'm', scope: 'site' }

async function millStore(t: Parameters<typeof openSqliteStore>[0]) {
  const database = await openSqliteStore(t)
  await new Sites(database).create({ id: 'mill', title: 'Mill', timeZone: 'UTC', createdMs: 1 })
  const streams = new Streams(database)
  for (const name of ['door', 'yard'])
    await streams.create({ name, title: name, site: 'mill', source: 'demo:', settings: {}, createdMs: 1 })
  const identities = new SiteIdentities(database)
  const sink = new StoreSink(database)
  let from = 1
  return {
    identities,
    tell: async (...looks: LookRecord[]) => {
      await sink.take(batch(looks, { from }))
      from += looks.length
    },
    desk: (
      settings: Record<string, StreamReidSettings | undefined>,
      nowMs = startMs,
      clocks: Pick<IdentityDeskOptions, 'now' | 'elapsed'> = {}
    ) =>
      new IdentityDesk({
        ...{ database, log: createLog('silent'), now: () => nowMs, ...clocks },
        streams: () => new Map(Object.entries(settings))
      }),
    looks: async () => (await database.sql.selectFrom('track_looks').select('track_id').execute()).length,
    /** Tracks by who they are. */
    people: async () => {
      const { items } = await identities.page({})
      const tracks = await Promise.all(items.map(async ({ id }) => (await identities.tracks(id, {})).items))
      return tracks.map(own => own.map(({ stream, trackId, by }) => `${stream}/${trackId} ${by}`).sort()).sort()
    }
  }
}

test('ID1 somebody whom two cameras saw one after the other is one person, and another is another', async t => {
  const { tell, desk, people } = await millStore(t)
  await tell(seen('door', 1, 1, 0), seen('door', 2, 2, 500), seen('yard', 1, 2, 8000), seen('yard', 2, 1, 8500))
  await desk({ door: reid, yard: reid }).pass()
  deepStrictEqual(await people(), [
    ['door/1 machine', 'yard/2 machine'],
    ['door/2 machine', 'yard/1 machine']
  ])
})

test('ID2 who came sooner than anybody walks is somebody else, by the way that the stream says', async t => {
  const { tell, desk, people } = await millStore(t)
  await tell(seen('door', 1, 1, 0), seen('yard', 1, 1, 8000))
  const travel = [{ from: 'door', minMs: 60_000 }]
  await desk({ door: reid, yard: { ...reid, site: { travel } } }).pass()
  equal((await people()).length, 2)
})

test('ID3 what people said stays over restarts, and counts for whoever comes next', async t => {
  const { tell, desk, people, identities } = await millStore(t)
  const both = { door: reid, yard: reid }
  await tell(seen('door', 1, 1, 0), seen('yard', 1, 2, 8000))
  await desk(both).pass()
  const [one, other] = (await identities.page({})).items
  await identities.merge(one!.id, other!.id, one!.streams)
  await tell(seen('door', 1, 1, 0), seen('yard', 1, 2, 8000), seen('door', 2, 1, 20_000))
  await desk(both).pass()
  deepStrictEqual(
    (await people()).map(tracks => tracks.length),
    [3]
  )
  const split = [{ stream: 'door', epoch: 1, trackId: 2 }]
  await identities.split(other!.id, split, 5)
  await desk(both).pass()
  deepStrictEqual(await people(), [['door/1 machine', 'yard/1 hand'], ['door/2 hand']])
})

test('ID4 what they looked like is forgotten after keepMs, and at once where it is not wanted any more', async t => {
  const { tell, desk, looks, people } = await millStore(t)
  await tell(seen('door', 1, 1, 0), seen('yard', 1, 1, 8000))
  const keepMs = 60_000
  const both = { door: { ...reid, site: { keepMs } }, yard: reid }
  await desk(both, startMs + 60_000).pass()
  equal(await looks(), 2)
  await desk(both, startMs + 62_001).pass()
  equal(await looks(), 1)
  await desk({ door: reid, yard: undefined }, startMs + 62_001).pass()
  equal(await looks(), 0)
  equal((await people()).length, 1)
})

test('ID5 how tracks are known again is what holds of each stream at the moment', () => {
  const state = { origin: 'config', isOverFile: false, state: undefined } as const
  const list = () => [
    { name: 'door', settings: { reid }, ...state },
    { name: 'road', settings: {}, ...state }
  ]
  deepStrictEqual(
    [...reidOfStreams({ list })],
    [
      ['door', reid],
      ['road', undefined]
    ]
  )
})

test('ID6 what they looked like is forgotten in its time though the machine’s clock was set back', async t => {
  const { tell, desk, looks } = await millStore(t)
  const hourMs = 3_600_000
  const machine = { now: startMs + hourMs, elapsed: 0 }
  const kept = { door: { ...reid, site: { keepMs: 60_000 } } }
  const own = desk(kept, startMs, { now: () => machine.now, elapsed: () => machine.elapsed })
  await own.pass()
  machine.now = startMs
  await tell(seen('door', 1, 1, 0))
  const left: number[] = []
  for (const afterMs of [59_999, 60_000, 120_000]) {
    machine.now = startMs + afterMs
    machine.elapsed = afterMs
    await own.pass()
    left.push(await looks())
  }
  deepStrictEqual(left, [1, 1, 0])
})

test('ID7 what is dated further ahead than anything is kept for is forgotten, what is dated less far stays', async t => {
  const { tell, desk, looks } = await millStore(t)
  const dayMs = 86_400_000
  await tell(seen('door', 1, 1, dayMs - 10_000), seen('door', 2, 2, dayMs + 10_000), seen('yard', 1, 3, 400 * dayMs))
  await desk({ door: reid, yard: reid }).pass()
  equal(await looks(), 1)
})
