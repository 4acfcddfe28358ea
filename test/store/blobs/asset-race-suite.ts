import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Assets } from '../../../src/store/assets.ts'
import { AssetReconciler } from '../../../src/store/assets-reconcile.ts'
import { announce, claimRemoval, claimStray, dropRows, makeReady } from '../../../src/store/assets-rows.ts'
import { assetUsage } from '../../../src/store/assets-usage.ts'
import type { BlobStore } from '../../../src/store/blobs/blob-store.ts'
import { atOnce, clip, type OpenPlace, rowsOf } from './asset-place.ts'
import { digestOf, digestsOf, freshBytes } from './contents.ts'
import { refusal } from './refusal.ts'

/** Several work on one content at the same time, or one was killed at it. */
export function raceSuite(open: OpenPlace): void {
  test('K16 a removal that another left half done is waited for, then done again', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs, { takeOverMs: 100 })
    const content = freshBytes(30)
    const now = Date.now() + 86_400_000
    const row = { digest: digestOf(content), bytes: 30, content_type: '', created_ms: now, changed_ms: now }
    await database.sql
      .insertInto('assets')
      .values({ ...row, state: 'removing', holder: 'other' })
      .execute()
    const began = performance.now()
    await assets.keep(content, clip)
    strictEqual(performance.now() - began >= 100, true)
    strictEqual(await blobs.size(row.digest), 30)
    deepStrictEqual(
      (await rowsOf(database)).map(({ state }) => state),
      ['ready']
    )
  })

  test('K17 a removal that was taken over while it was slow removes nothing that was kept since', async t => {
    const { database, blobs } = await open(t)
    const contents = Array.from({ length: 9 }, () => freshBytes(30))
    const [gate, started] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const begun: string[] = []
    const slow = replacing(blobs, 'remove', async digest => {
      begun.push(digest)
      if (begun.length === 4) started.resolve()
      await gate.promise
      return await blobs.remove(digest)
    })
    const leaving = new Assets(database, slow, { takeOverMs: 50 })
    await Promise.all(contents.map(content => leaving.keep(content, clip)))
    const released = leaving.release({ owner: clip.owner })
    await started.promise
    const content = contents.find(each => !begun.includes(digestOf(each))) ?? freshBytes(1)
    await new Assets(database, blobs, { takeOverMs: 50 }).keep(content, { ...clip, owner: 'job/2' })
    gate.resolve()
    await released
    deepStrictEqual(await digestsOf(blobs), [digestOf(content)])
    deepStrictEqual(
      (await rowsOf(database)).map(({ digest, state }) => [digest, state]),
      [[digestOf(content), 'ready']]
    )
  })

  test('K18 keeping, releasing and reconciling one content at the same time loses nothing that was kept', async t => {
    const { database, blobs } = await open(t)
    const content = freshBytes(20)
    const digest = digestOf(content)
    // Two of them know nothing of each other's locks, as in two processes.
    const [mine, yours] = [new Assets(database, blobs), new Assets(database, blobs)]
    let kept = 0
    const keeping = async (assets: Assets, who: string) => {
      for (let turn = 0; turn < 12; turn++) {
        const owner = `${who}/${turn}`
        const held = await assets.keep(content, { ...clip, owner }).then(
          () => true,
          error => {
            if (!refusal('SL_BLOB_STORAGE', { retryable: true })(error)) throw error
            return false
          }
        )
        if (!held) continue
        kept++
        strictEqual(await blobs.size(digest), 20, `${owner} was told that it is kept`)
        await assets.release({ owner })
      }
    }
    const done = new AbortController()
    const reconciling = new AssetReconciler(yours, atOnce)
    const cleaning = (async () => {
      while (!done.signal.aborted) await reconciling.bite()
    })()
    await Promise.all([keeping(mine, 'a'), keeping(mine, 'b'), keeping(yours, 'c')]).finally(() => done.abort())
    await cleaning
    strictEqual(kept > 0, true)
    await new AssetReconciler(mine, atOnce).pass()
    deepStrictEqual([await digestsOf(blobs), await rowsOf(database), await assetUsage(database)], [[], [], []])
  })

  test('K19 an asset that somebody refers to is not removed, whoever asks', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    const { digest } = await assets.keep(freshBytes(10), clip)
    strictEqual(await assets.removal.remove(digest, () => true), false)
    strictEqual(await blobs.size(digest), 10)
  })

  test('K20 whoever was overtaken while storing bytes is not believed that they are there', async t => {
    const { database } = await open(t)
    const blob = { digest: digestOf(freshBytes(10)), bytes: 10 }
    const row = { ...blob, content_type: '', created_ms: 1 }
    const { kind, owner, name } = clip
    const reference = { digest: blob.digest, kind, owner, name, stream: null, created_ms: 1 }
    await announce(database, { ...row, holder: 'slow' })
    strictEqual(await claimRemoval(database, blob.digest, 'cleaner', () => true), true)
    strictEqual(await makeReady(database, blob, 'slow', reference), false)
    await dropRows(database, [blob.digest], 'cleaner')
    strictEqual(await makeReady(database, blob, 'slow', reference), false)
    await announce(database, { ...row, holder: 'next' })
    strictEqual(await makeReady(database, blob, 'slow', reference), false)
    deepStrictEqual(await assetUsage(database), [])
    strictEqual(await makeReady(database, blob, 'next', reference), true)
  })

  test('K21 bytes that got a row meanwhile are not taken for stray', async t => {
    const { database } = await open(t)
    const blob = { digest: digestOf(freshBytes(10)), bytes: 10 }
    await announce(database, { ...blob, content_type: '', created_ms: 1, holder: 'keeper' })
    strictEqual(await claimStray(database, blob, 'cleaner'), false)
    deepStrictEqual(
      (await rowsOf(database)).map(({ state, holder }) => [state, holder]),
      [['writing', 'keeper']]
    )
  })
}

/** The same store with one of its methods done another way. */
function replacing<Name extends keyof BlobStore>(store: BlobStore, name: Name, method: BlobStore[Name]): BlobStore {
  return new Proxy(store, {
    get(target, key) {
      const value: unknown = key === name ? method : Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
}
