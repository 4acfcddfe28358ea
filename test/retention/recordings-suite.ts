import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { removeMedia } from '../../src/retention/remove-media.ts'
import { Assets } from '../../src/store/assets.ts'
import { keepRecording } from '../../src/store/jobs-results.ts'
import type { OpenPlace, Place } from '../store/blobs/asset-place.ts'

const nowMs = 1_763_000_000_000

/** Recordings and what is kept for them; each reference's time is said by hand. */
function house({ database, blobs }: Place) {
  const assets = new Assets(database, blobs)
  const { sql: store } = database
  return {
    store,
    blobs,
    /** Keeps the same bytes for each of the owners; gives their digest. */
    keep: async (kind: 'upload' | 'snapshot', owners: Readonly<Record<string, number>>, name = 'input') => {
      let kept = ''
      for (const [owner, created_ms] of Object.entries(owners)) {
        const { digest } = await assets.keep(Buffer.from(kind), { kind, owner, name, stream: 'match' })
        await store.updateTable('asset_references').set({ created_ms }).where('owner', '=', owner).execute()
        kept = digest
      }
      return kept
    },
    record: (id: string, epoch: number, asset: string | null = null) =>
      keepRecording(database, {
        ...{ id, stream: 'match', epoch, title: id, asset },
        ...{ started_ms: 0, duration_ms: 1000, facts: '{}', created_ms: 0 }
      }),
    removeBefore: (kind: 'uploads' | 'snapshots', beforeMs: number) =>
      removeMedia(database, assets, { kind, stream: 'match', beforeMs, maxBytes: 1e9, reason: 'age' }, 100),
    track: async (epoch: number, track_id: number, snapshot: string) => {
      const box = { min_x: 0, min_y: 0, max_x: 1, max_y: 1 }
      const known = { label: 'person', score: 1, detections: 1, started_ms: nowMs, ended_ms: nowMs, detail: '{}' }
      const row = { stream: 'match', epoch, track_id, ...known, ...box, snapshot }
      await store.insertInto('tracks').values(row).execute()
    },
    /** Tracks that have a picture. */
    pictured: async () => {
      const rows = await store
        .selectFrom('tracks')
        .select(['epoch', 'track_id'])
        .where('snapshot', 'is not', null)
        .orderBy('epoch')
        .orderBy('track_id')
        .execute()
      return rows.map(({ epoch, track_id }) => `${epoch}/${track_id}`)
    },
    /** Recordings that have a video. */
    shown: async () => {
      const rows = await store
        .selectFrom('recordings')
        .select('id')
        .where('asset', 'is not', null)
        .orderBy('id')
        .execute()
      return rows.map(({ id }) => id)
    }
  }
}

/** What retention takes from recordings. */
export function recordingsSuite(open: OpenPlace): void {
  test('K21 of two recordings of one file, the younger keeps its video when the older one’s time has come', async t => {
    const { keep, record, removeBefore, shown, blobs } = house(await open(t))
    const digest = await keep('upload', { 'job/old': nowMs, 'job/new': nowMs + 2 })
    await record('old', 1, digest)
    await record('new', 2, digest)
    await removeBefore('uploads', nowMs + 1)
    deepStrictEqual([await shown(), await blobs.size(digest)], [['new'], 6])
    await removeBefore('uploads', nowMs + 3)
    deepStrictEqual([await shown(), await blobs.size(digest)], [[], undefined])
  })

  test('K22 a recording loses its video with the last that keeps the file, whoever that is', async t => {
    const { keep, record, removeBefore, shown } = house(await open(t))
    const digest = await keep('upload', { 'upload/1': nowMs, 'job/new': nowMs + 2, 'upload/2': nowMs + 4 })
    await record('new', 1, digest)
    await record('without', 2, digest)
    const left = []
    for (const beforeMs of [nowMs + 1, nowMs + 3, nowMs + 5]) {
      await removeBefore('uploads', beforeMs)
      left.push(await shown())
    }
    deepStrictEqual(left, [['new', 'without'], ['without'], []])
  })

  test('K23 a picture of an analysis goes from its track, and from no other that has the same', async t => {
    const { keep, record, track, removeBefore, pictured, blobs } = house(await open(t))
    const digest = await keep('snapshot', { 'job/old': nowMs, 'job/new': nowMs + 2 }, 'track-7.jpg')
    await record('old', 1)
    await record('new', 2)
    await track(1, 7, digest)
    await track(1, 8, digest)
    await track(2, 7, digest)
    await removeBefore('snapshots', nowMs + 1)
    deepStrictEqual([await pictured(), await blobs.size(digest)], [['1/8', '2/7'], 8])
    await removeBefore('snapshots', nowMs + 3)
    deepStrictEqual([await pictured(), await blobs.size(digest)], [['1/8'], undefined])
  })

  test('K24 a picture that replaced the one that goes stays', async t => {
    const { keep, record, track, removeBefore, pictured } = house(await open(t))
    await keep('snapshot', { 'job/old': nowMs }, 'track-7.jpg')
    await record('old', 1)
    await track(1, 7, 'f'.repeat(64))
    await removeBefore('snapshots', nowMs + 1)
    deepStrictEqual(await pictured(), ['1/7'])
  })
}
