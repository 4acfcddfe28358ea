import { deepStrictEqual, notStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Assets } from '../../../src/store/assets.ts'
import { AssetReconciler } from '../../../src/store/assets-reconcile.ts'
import { atOnce, clip, nothing, type OpenPlace, rowsOf } from './asset-place.ts'
import { digestOf, digestsOf, freshBytes } from './contents.ts'

/** Rows and bytes that fell out of step come back into it. */
export function reconcileSuite(open: OpenPlace): void {
  test('K12 bytes without a row are removed when they are old enough', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    await blobs.put(freshBytes(12))
    deepStrictEqual(await new AssetReconciler(assets).pass(), nothing)
    deepStrictEqual(await new AssetReconciler(assets, atOnce).pass(), { ...nothing, strays: 1 })
    deepStrictEqual([await digestsOf(blobs), await rowsOf(database)], [[], []])
  })

  test('K12 a clock that is set a day forward makes nothing old at once', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    await blobs.put(freshBytes(12))
    const holder = 'another process'
    const row = { digest: digestOf(freshBytes(1)), bytes: 12, content_type: '', state: 'writing' as const, holder }
    await database.sql
      .insertInto('assets')
      .values({ ...row, created_ms: Date.now(), changed_ms: Date.now() })
      .execute()
    const before = Date.now()
    t.mock.timers.enable({ apis: ['Date'], now: before + 2 * 86_400_000 })
    deepStrictEqual(await new AssetReconciler(assets, { now: () => before }).pass(), nothing)
    deepStrictEqual(await new AssetReconciler(assets).pass(), { ...nothing, unfinished: 1, strays: 1 })
  })

  test('K13 rows that never became ready are removed when they are old enough, with their bytes', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    const { digest } = await blobs.put(freshBytes(12))
    const now = Date.now()
    const row = { bytes: 12, content_type: '', holder: 'gone', created_ms: now, changed_ms: now }
    await database.sql
      .insertInto('assets')
      .values([
        { ...row, digest, state: 'writing' },
        { ...row, digest: digestOf(freshBytes(1)), state: 'writing' },
        { ...row, digest: digestOf(freshBytes(1)), state: 'removing' },
        { ...row, digest: digestOf(freshBytes(1)), state: 'ready' }
      ])
      .execute()
    deepStrictEqual(await new AssetReconciler(assets).pass(), nothing)
    deepStrictEqual(await new AssetReconciler(assets, atOnce).pass(), { ...nothing, unfinished: 3, unreferenced: 1 })
    deepStrictEqual([await digestsOf(blobs), await rowsOf(database)], [[], []])
  })

  test('K14 an asset whose bytes are gone is lost, which is a problem until they are kept again', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    const content = freshBytes(40)
    const { digest } = await assets.keep(content, clip)
    await blobs.remove(digest)
    const reconciler = new AssetReconciler(assets, atOnce)
    deepStrictEqual(await reconciler.pass(), { ...nothing, lost: 1 })
    deepStrictEqual(await reconciler.pass(), nothing)
    strictEqual(reconciler.problems()[0]?.code, 'SL_BLOB_NOT_FOUND')
    await blobs.put(content)
    deepStrictEqual(await reconciler.pass(), { ...nothing, found: 1 })
    deepStrictEqual(reconciler.problems(), [])
    await blobs.remove(digest)
    await reconciler.pass()
    await assets.keep(content, { ...clip, owner: 'job/2' })
    deepStrictEqual(await reconciler.pass(), nothing)
    deepStrictEqual(
      (await rowsOf(database)).map(({ state }) => state),
      ['ready']
    )
    strictEqual(await blobs.size(digest), 40)
  })

  test('K15 every bite looks at no more than it may, and together they see all', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    for (let index = 0; index < 8; index++) {
      await assets.keep(freshBytes(9), clip)
      await blobs.put(freshBytes(9))
      const lost = await assets.keep(freshBytes(9), { ...clip, owner: 'lost' })
      await blobs.remove(lost.digest)
    }
    const reconciler = new AssetReconciler(assets, { ...atOnce, bite: 3 })
    const total = { ...nothing }
    let bites = 0
    for (let after: string | undefined = ''; after !== undefined; bites++) {
      const { next, report }: Awaited<ReturnType<AssetReconciler['bite']>> = await reconciler.bite(after)
      strictEqual(report.strays <= 3 && report.lost <= 3, true)
      total.strays += report.strays
      total.lost += report.lost
      notStrictEqual(next, after)
      after = next
    }
    deepStrictEqual([total.strays, total.lost], [8, 8])
    strictEqual(bites >= 6, true)
  })
}
