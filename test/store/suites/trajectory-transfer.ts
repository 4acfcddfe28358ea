import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { layOutSequences } from '../../../bench/scored-sequences.ts'
import { trackedSequences } from '../../../bench/stored-frames.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import type { ChunkDamage } from '../../../src/store/trajectories/stored-chunk.ts'
import { TrajectoryStore } from '../../../src/store/trajectories/trajectory-store.ts'
import { exportTrajectories, importTrajectories } from '../../../src/store/trajectories/transfer.ts'
import { realClip } from '../../support/material.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { decoded, encoded, plain, readerOf, walker } from '../../trajectories/stored.ts'
import type { OpenStore } from './open-store.ts'
import { baseMs, shortChunks, walks } from './stored-walks.ts'

const mot = realClip('mot')

async function exported(database: StoreDatabase, ...of: readonly [string, number, object?]): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(exportTrajectories(database, ...of)))
}

/** Rules of files that go into the store and come out of it. */
export function trajectoryTransferSuite(open: OpenStore): void {
  test('T1 what goes in comes out, byte for byte, whatever the chunks were', async t => {
    const database = await open(t)
    const file = encoded(walks({ seed: 1, frames: 900, people: 12 }))
    await importTrajectories(database, readerOf(file), { baseMs, limits: shortChunks })
    ok((await exported(database, 'door', 1)).equals(file))
  })

  test('T2 frames have the wall time that was said, under the name that was said', async t => {
    const database = await open(t)
    const frames = walks({ seed: 1, frames: 100 })
    await importTrajectories(database, readerOf(encoded(frames)), { baseMs, stream: 'match', epoch: 3 })
    await using store = new TrajectoryStore(database)
    const found = await Array.fromAsync(
      store.frames({ streams: ['match'], fromMs: baseMs, toMs: baseMs + 1e6 }),
      ({ head, atMs, tracks }) => [head.epoch, atMs, plain(tracks)]
    )
    deepStrictEqual(
      found,
      frames.map(frame => [3, baseMs + frame.ptsMs, plain(frame)])
    )
    strictEqual(readerOf(await exported(database, 'match', 3)).header.epoch, 3)
  })

  test('T3 an import that is made again adds nothing', async t => {
    const database = await open(t)
    const file = encoded(walks({ seed: 1, frames: 100 }))
    const origin = { baseMs, limits: shortChunks }
    strictEqual(await importTrajectories(database, readerOf(file), origin), 5)
    strictEqual(await importTrajectories(database, readerOf(file), origin), 0)
    await database.sql.deleteFrom('trajectory_chunks').where('chunk', '>', 3).execute()
    strictEqual(await importTrajectories(database, readerOf(file), origin), 2)
  })

  test('T4 other tracks under a name that is taken are refused', async t => {
    const database = await open(t)
    const file = encoded(walks({ seed: 1, frames: 20 }))
    await importTrajectories(database, readerOf(file), { baseMs })
    await rejects(importTrajectories(database, readerOf(file), { baseMs: baseMs + 1 }), { code: 'SL_RECORD_CLASH' })
  })

  test('T5 an epoch without a frame comes out as a file without one', async t => {
    const database = await open(t)
    const file = encoded([])
    await importTrajectories(database, readerOf(file), { baseMs })
    ok((await exported(database, 'door', 1)).equals(file))
    await rejects(exported(database, 'door', 2), { code: 'SL_QUERY_INVALID' })
  })

  test('T6 a damaged chunk fails the export, unless somebody wants to be told', async t => {
    const database = await open(t)
    const frames = walker(100)
    await importTrajectories(database, readerOf(encoded(frames)), { baseMs, limits: shortChunks })
    await database.sql.updateTable('trajectory_chunks').set({ checksum: 1 }).where('chunk', '=', 2).execute()
    await rejects(exported(database, 'door', 1), { code: 'SL_TRAJECTORY_DAMAGED' })
    const damaged: ChunkDamage[] = []
    const onDamage = (damage: ChunkDamage) => damaged.push(damage)
    const file = await exported(database, 'door', 1, { onDamage })
    deepStrictEqual(decoded(file), frames.slice(0, 50).map(plain))
    strictEqual(damaged.length, 1)
  })

  test('T7 tracks of real people go in and out without a loss', { skip: mot.skip }, async t => {
    const database = await open(t)
    await using folder = await temporaryFolder()
    const { gt, results } = await layOutSequences(join(mot.path, '..'), folder.path)
    const sequences = trackedSequences(gt, results).slice(0, 6)
    for (const [at, { header, frames }] of sequences.entries()) {
      const file = encoded(frames, { ...header, epoch: at + 1 })
      await importTrajectories(database, readerOf(file), { baseMs })
      ok((await exported(database, 'bench', at + 1)).equals(file))
    }
  })
}
