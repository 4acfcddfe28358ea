import { deepStrictEqual, ok, rejects, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { listChunks } from '../../../src/store/trajectories/chunk-list.ts'
import type { ChunkDamage } from '../../../src/store/trajectories/stored-chunk.ts'
import type { Reading } from '../../../src/store/trajectories/stored-frames.ts'
import { type StoredRange, trajectoryLimits } from '../../../src/store/trajectories/stored-range.ts'
import { TrajectoryStore } from '../../../src/store/trajectories/trajectory-store.ts'
import { plain } from '../../trajectories/stored.ts'
import type { OpenStore } from './open-store.ts'
import { baseMs, keep, walks } from './stored-walks.ts'

const everything: StoredRange = { streams: ['door'], fromMs: baseMs - 1e6, toMs: baseMs + 1e9 }

async function framesOf(store: TrajectoryStore, range: StoredRange, reading?: Reading) {
  const found = []
  for await (const { head, atMs, tracks } of store.frames(range, reading))
    found.push({ stream: head.stream, epoch: head.epoch, atMs, ...plain(tracks) })
  return found
}

/** Rules of reading stored frames. */
export function trajectoryFramesSuite(open: OpenStore): void {
  test('F1 a range gives the frames that were stored, from its first millisecond to before its last', async t => {
    const database = await open(t)
    const walked = walks({ seed: 1, frames: 300 })
    await keep(database, walked)
    const expected = walked.map(frame => ({ stream: 'door', epoch: 1, atMs: baseMs + frame.ptsMs, ...plain(frame) }))
    const store = new TrajectoryStore(database)
    deepStrictEqual(await framesOf(store, everything), expected)
    const range = { streams: ['door'], fromMs: baseMs + 5100, toMs: baseMs + 12_300 }
    deepStrictEqual(await framesOf(store, range), expected.slice(51, 123))
  })

  test('F2 epochs follow each other, and streams, in the order asked for', async t => {
    const database = await open(t)
    await keep(database, walks({ seed: 2, frames: 30 }), { epoch: 2, baseMs: baseMs + 60_000 })
    await keep(database, walks({ seed: 1, frames: 30 }))
    await keep(database, walks({ seed: 3, frames: 30 }), { stream: 'hall' })
    const found = await framesOf(new TrajectoryStore(database), { ...everything, streams: ['hall', 'door', 'none'] })
    const runs = found.filter(
      (frame, at) => at === 0 || frame.epoch !== found[at - 1]!.epoch || frame.stream !== found[at - 1]!.stream
    )
    deepStrictEqual(
      runs.map(({ stream, epoch, atMs }) => [stream, epoch, atMs - baseMs]),
      [
        ['hall', 1, 0],
        ['door', 1, 0],
        ['door', 2, 60_000]
      ]
    )
    strictEqual(found.length, 90)
  })

  test('F3 only chunks of the range are read', async t => {
    const database = await open(t)
    const chunks = await keep(database, walks({ seed: 1, frames: 300 }))
    await database.sql
      .updateTable('trajectory_chunks')
      .set({ bytes: new Uint8Array(3) })
      .where('chunk', '!=', 4)
      .execute()
    const { body } = chunks[3]!
    const damaged: ChunkDamage[] = []
    const range = { streams: ['door'], fromMs: baseMs + body.minPtsMs, toMs: baseMs + body.maxPtsMs + 1 }
    const found = await framesOf(new TrajectoryStore(database), range, { onDamage: each => damaged.push(each) })
    deepStrictEqual(damaged, [])
    strictEqual(found.length, body.frames)
  })

  test('F4 a damaged chunk is told with its place, and the rest is given', async t => {
    const database = await open(t)
    const chunks = await keep(database, walks({ seed: 1, frames: 300 }))
    const bytes = chunks[4]!.bytes.slice()
    bytes[100]! ^= 1
    await database.sql.updateTable('trajectory_chunks').set({ bytes }).where('chunk', '=', 5).execute()
    const damaged: ChunkDamage[] = []
    const found = await framesOf(new TrajectoryStore(database), everything, { onDamage: each => damaged.push(each) })
    strictEqual(found.length, 300 - chunks[4]!.body.frames)
    const { message, ...place } = damaged[0]!
    const fromMs = chunks[4]!.atMs
    deepStrictEqual(place, { stream: 'door', epoch: 1, chunk: 5, fromMs, toMs: fromMs + 1900 })
    ok(message.includes('checksum') && message.includes('chunk 5'), message)
    strictEqual(damaged.length, 1)
  })

  test('F5 chunks without a head that can be read are told, each', async t => {
    const database = await open(t)
    const chunks = await keep(database, walks({ seed: 1, frames: 100 }))
    await database.sql.updateTable('trajectory_heads').set({ header: '{"stream":' }).execute()
    const damaged: ChunkDamage[] = []
    const found = await framesOf(new TrajectoryStore(database), everything, { onDamage: each => damaged.push(each) })
    deepStrictEqual(found, [])
    strictEqual(damaged.length, chunks.length)
  })

  test('F6 frames whose time ran backwards come in the order they came live', async t => {
    const database = await open(t)
    const walked = walks({ seed: 1, frames: 100 }).map(frame => ({
      ...frame,
      ptsMs: frame.ptsMs - (frame.frame >= 60 ? 4000 : 0)
    }))
    await keep(database, walked)
    const found = await framesOf(new TrajectoryStore(database), everything)
    deepStrictEqual(
      found.map(({ frame }) => frame),
      walked.map(({ frame }) => frame)
    )
  })

  test('F7 chunks that begin in the same millisecond are all found, however many there are', async t => {
    const database = await open(t)
    const epochs = Array.from({ length: 40 }, (_, at) => at + 1)
    for (const epoch of epochs) {
      const storing = { epoch, baseMs: baseMs + (epoch > 30 ? 5000 : 0) }
      await keep(database, walks({ seed: 1, frames: 1 }), storing)
    }
    const search = { stream: 'door', fromMs: baseMs, toMs: baseMs + 60_000 }
    const listed = await listChunks(database.sql, search, trajectoryLimits, undefined, 8)
    deepStrictEqual(
      listed.map(({ epoch }) => epoch),
      epochs
    )
  })

  test('F8 what is too large or no time is refused, by its code', async t => {
    const database = await open(t)
    await keep(database, walks({ seed: 1, frames: 100 }))
    const store = new TrajectoryStore(database, { points: 100 })
    const code = (code: string) => (error: { code?: string }) => error.code === code
    throws(() => store.frames({ ...everything, toMs: everything.fromMs }), code('SL_QUERY_INVALID'))
    throws(() => store.frames({ ...everything, toMs: Number.NaN }), code('SL_QUERY_INVALID'))
    throws(() => store.frames({ ...everything, fromMs: 0 }), code('SL_QUERY_TOO_LARGE'))
    await rejects(framesOf(store, everything), code('SL_QUERY_TOO_LARGE'))
  })

  test('F9 an abort ends the reading', async t => {
    const database = await open(t)
    await keep(database, walks({ seed: 1, frames: 3000, people: 20 }))
    const stopping = new AbortController()
    const reading = new TrajectoryStore(database).frames(everything, { signal: stopping.signal })
    await reading.next()
    stopping.abort()
    await rejects(
      async () => {
        for await (const _ of reading);
      },
      { code: 'SL_CANCELLED' }
    )
  })
}
