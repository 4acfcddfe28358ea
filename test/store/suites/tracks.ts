import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { Measures } from '../../../src/store/measures.ts'
import { periodSamples, type SampleRequest } from '../../../src/store/measures-samples.ts'
import { Tracks } from '../../../src/store/tracks.ts'
import { batch, sample, startMs, track } from '../records.ts'
import type { OpenStore } from './open-store.ts'

const invalid = { code: 'SL_QUERY_INVALID' }
const tracks = [
  track({ track: 1 }),
  track({ track: 2, afterMs: 1000, label: 'car' }),
  track({ stream: 'street', track: 1, afterMs: 1000 }),
  track({ epoch: 2, track: 1, afterMs: 5000 })
]

/** Tracks that ended, measures and their samples. */
export function tracksSuite(open: OpenStore): void {
  test('T1 a track comes back as the worker told it', async t => {
    const database = await open(t)
    await new StoreSink(database).take(batch(tracks))
    const found = await new Tracks(database).byId('yard', 1, 2)
    const times = { startedMs: startMs + 1000, endedMs: startMs + 5000 }
    deepStrictEqual(found, { stream: 'yard', epoch: 1, ...times, ...tracks[1]!.body })
    strictEqual(await new Tracks(database).byId('yard', 1, 2, ['street']), undefined)
    strictEqual(await new Tracks(database).byId('yard', 1, 3), undefined)
  })

  test('T2 tracks are listed by their begins, page after page, as far as they are permitted', async t => {
    const database = await open(t)
    await new StoreSink(database).take(batch(tracks))
    const stored = new Tracks(database)
    const streams = ['yard', 'street', 'attic']
    const keys = async (request: Partial<Parameters<Tracks['page']>[0]>) => {
      const { items, next } = await stored.page({ streams, ...request })
      return [items.map(({ stream, epoch, trackId }) => `${stream}/${epoch}/${trackId}`).join(' '), next] as const
    }
    deepStrictEqual((await keys({}))[0], 'yard/2/1 yard/1/2 street/1/1 yard/1/1')
    deepStrictEqual((await keys({ order: 'oldest' }))[0], 'yard/1/1 street/1/1 yard/1/2 yard/2/1')
    const [first, cursor] = await keys({ limit: 2, order: 'oldest' })
    deepStrictEqual(
      [first, (await keys({ limit: 2, order: 'oldest', cursor }))[0]],
      ['yard/1/1 street/1/1', 'yard/1/2 yard/2/1']
    )
    deepStrictEqual((await keys({ permitted: ['street'] }))[0], 'street/1/1')
    deepStrictEqual((await keys({ permitted: [] }))[0], '')
    deepStrictEqual((await keys({ labels: ['car'] }))[0], 'yard/1/2')
    deepStrictEqual((await keys({ epoch: 1, fromMs: startMs + 1, streams: ['yard'] }))[0], 'yard/1/2')
    await rejects(keys({ streams: Array.from({ length: 101 }, (_, n) => `s${n}`) }), invalid)
  })

  test('T3 samples of a period are put together from their minutes', async t => {
    const database = await open(t)
    const minutes = [0, 60_000, 3_600_000].map(afterMs => sample({ afterMs }))
    minutes[1] = { ...minutes[1]!, body: { ...minutes[1]!.body, count: 20, sum: 9.5, min: -1, max: 7 } }
    await new StoreSink(database).take(batch(minutes))
    const request: SampleRequest = { stream: 'yard', fromMs: startMs, toMs: startMs + 3_600_000, period: 'hour' }
    const whole = { ...request, utcOffsetMinutes: (-startMs / 60_000) % 60 }
    deepStrictEqual(await periodSamples(database, whole), [
      { fromMs: startMs, measure: 'zone.hall', name: 'occupancy', count: 80, sum: 100, min: -1, max: 7 }
    ])
    strictEqual((await periodSamples(database, { ...request, period: 'minute' })).length, 2)
    deepStrictEqual(await periodSamples(database, { ...request, permitted: ['street'] }), [])
    deepStrictEqual(await periodSamples(database, { ...request, names: ['smell'] }), [])
    await rejects(periodSamples(database, { ...request, toMs: 0 }), invalid)
  })

  test('T4 a measure has one version at a time, and those of before are kept', async t => {
    const measures = new Measures(await open(t))
    const door = {
      stream: 'yard',
      measure: 'line.door',
      version: '5f0c2a91',
      definition: { points: [[0, 1]] },
      createdMs: startMs
    }
    await measures.define(door)
    await measures.define({ ...door, version: '00000001', createdMs: startMs + 5 })
    await measures.define({ ...door, measure: 'line.back', createdMs: startMs + 1 })
    const versions = async (retired: boolean) =>
      (await measures.ofStream('yard', { retired })).map(({ measure, version, retiredMs }) => [
        measure,
        version,
        retiredMs
      ])
    deepStrictEqual(await versions(false), [
      ['line.back', '5f0c2a91', null],
      ['line.door', '00000001', null]
    ])
    await measures.define(door)
    deepStrictEqual(await versions(true), [
      ['line.back', '5f0c2a91', null],
      ['line.door', '00000001', startMs],
      ['line.door', '5f0c2a91', null]
    ])
    strictEqual(await measures.retire('yard', 'line.door', startMs + 9), true)
    strictEqual(await measures.retire('yard', 'line.door', startMs + 9), false)
    deepStrictEqual(
      (await measures.ofStream('yard')).map(({ measure }) => measure),
      ['line.back']
    )
    await rejects(measures.define({ ...door, version: 'latest' }), invalid)
  })
}
