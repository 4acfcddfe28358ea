import { deepStrictEqual, equal, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { EpochLedger } from '../../src/events/epoch-ledger.ts'
import { AnalysisOrders } from '../../src/roles/analysis-orders.ts'
import { Assets } from '../../src/store/assets.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase } from '../../src/store/database.ts'
import { Jobs } from '../../src/store/jobs.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function desk(t: TestContext) {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await temporaryFolder())
  const inside = (name: string) => join(folder.path, name)
  const database = opened.use(await openDatabase({ file: inside('store.sqlite') }))
  const blobs = opened.use(await openDiskBlobs({ folder: inside('blobs'), secrets: inside('secrets') }))
  const epochs = opened.use(new EpochLedger(inside('epochs.sqlite')))
  const assets = new Assets(database, blobs)
  const jobs = new Jobs(database)
  const kept = opened.move()
  t.after(() => kept.disposeAsync())
  return { assets, jobs, orders: new AnalysisOrders({ jobs, assets, epochs }) }
}

const order = { title: 'match.mp4', modifiedMs: 0, settings: {} }

test('AO1 a job keeps its file, whoever else gives it up', async t => {
  const { assets, orders } = await desk(t)
  const upload = { kind: 'upload', owner: 'upload/ada/1', name: 'match.mp4' } as const
  const { digest, bytes } = await assets.keep(Buffer.from('a video'), upload)
  await orders.order({ ...order, digest })
  equal((await assets.release({ owner: upload.owner })).assets, 0)
  equal(await assets.blobs.size(digest), bytes)
})

test('AO2 ordered again under the same key, it is the same job', async t => {
  const { assets, jobs, orders } = await desk(t)
  const { digest } = await assets.keep(Buffer.from('a video'), { kind: 'upload', owner: 'upload/ada/1', name: 'x' })
  const ids = [1, 2].map(async () => (await orders.order({ ...order, digest, key: 'upload/1' })).id)
  const [one, other] = await Promise.all(ids)
  equal(one, other)
  equal((await jobs.page()).items.length, 1)
})

test('AO3 a file that is not there any more leaves no job waiting for it', async t => {
  const { jobs, orders } = await desk(t)
  await rejects(orders.order({ ...order, digest: 'd'.repeat(64) }), { code: 'SL_BLOB_NOT_FOUND' })
  deepStrictEqual(
    (await jobs.page()).items.map(({ state }) => state),
    ['cancelled']
  )
})
