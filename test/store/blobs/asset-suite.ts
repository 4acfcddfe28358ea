import { deepStrictEqual, notStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AssetKind, type AssetReference, Assets } from '../../../src/store/assets.ts'
import { AssetReconciler, type ReconcileReport } from '../../../src/store/assets-reconcile.ts'
import { assetUsage, oldestReferences } from '../../../src/store/assets-usage.ts'
import type { BlobStore } from '../../../src/store/blobs/blob-store.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { digestOf, digestsOf, freshBytes, leftovers, read, stalling } from './contents.ts'
import { refusal } from './refusal.ts'

export interface Place {
  readonly database: StoreDatabase
  readonly blobs: BlobStore
}

/** An empty database and empty blobs, closed when the test ends. */
export type OpenPlace = (t: TestContext) => Promise<Place>

const clip: AssetReference = { kind: 'clip', owner: 'job/1', name: 'a.mp4', stream: 'gate' }
/** Nothing is too young to be judged. */
export const atOnce = { unfinishedMs: 0, unreferencedMs: 0, strayMs: 0, pauseMs: 0 }
const nothing: ReconcileReport = { unfinished: 0, unreferenced: 0, strays: 0, lost: 0, found: 0, tidied: 0 }

/** The rules of rows and bytes, on any database and any place of blobs. */
export function assetSuite(open: OpenPlace): void {
  test('K1 what is kept has its bytes, its row and its reason', async t => {
    const { database, blobs } = await open(t)
    const content = freshBytes(100)
    const kept = await new Assets(database, blobs).keep(content, clip, { contentType: 'video/mp4' })
    deepStrictEqual(kept, { digest: digestOf(content), bytes: 100 })
    strictEqual((await read(blobs, kept.digest)).equals(content), true)
    const rows = await rowsOf(database)
    deepStrictEqual(
      rows.map(({ digest, bytes, content_type, state, holder }) => ({ digest, bytes, content_type, state, holder })),
      [{ ...kept, content_type: 'video/mp4', state: 'ready', holder: null }]
    )
    deepStrictEqual(
      (await oldestReferences(database, 'clip', 'gate')).map(({ keptMs: _, ...rest }) => rest),
      [{ ...kept, ...clip }]
    )
  })

  test('K2 the same bytes for two reasons are one asset, which goes with the last of them', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    const content = freshBytes(100)
    const { digest } = await assets.keep(content, clip)
    await assets.keep(content, { ...clip, owner: 'job/2' })
    deepStrictEqual(await digestsOf(blobs), [digest])
    deepStrictEqual(await assets.release({ owner: 'job/1' }), { references: 1, assets: 0, bytes: 0 })
    strictEqual(await blobs.size(digest), 100)
    deepStrictEqual(await assets.release({ owner: 'job/2' }), { references: 1, assets: 1, bytes: 100 })
    strictEqual(await blobs.size(digest), undefined)
    deepStrictEqual(await rowsOf(database), [])
  })

  test('K3 kept again for the same reason it is kept once', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    const content = freshBytes(100)
    await Promise.all([assets.keep(content, clip), assets.keep(content, clip)])
    await assets.keep(content, clip)
    deepStrictEqual(await assetUsage(database), [{ kind: 'clip', stream: 'gate', references: 1, bytes: 100 }])
  })

  test('K4 a wrong name, owner or type is refused before the content is asked for', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    const source = { [Symbol.asyncIterator]: () => Promise.reject(new Error('asked')) as never }
    for (const name of ['..', 'a/b', 'a\0', 'x'.repeat(300), '', 'a\u202eb'])
      await rejects(assets.keep(source, { ...clip, name }), refusal('SL_BLOB_NAME'))
    for (const owner of ['', 'a\n', 'x'.repeat(513)])
      await rejects(assets.keep(source, { ...clip, owner }), refusal('SL_BLOB_NAME'))
    await rejects(assets.keep(source, clip, { contentType: 'x' }), refusal('SL_BLOB_NAME'))
  })

  test('K5 names that Windows reserves are kept as they are, since they become no path', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    const names = ['CON', 'nul.txt', 'a:b', 'end.']
    for (const name of names) await assets.keep(freshBytes(10), { ...clip, name })
    deepStrictEqual((await oldestReferences(database, 'clip', 'gate')).map(({ name }) => name).sort(), names.sort())
  })

  test('K6 content that fails leaves no row and no bytes', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    await rejects(assets.keep(stalling(freshBytes(9)).content, clip, { idleMs: 20 }), refusal('SL_BLOB_SOURCE'))
    await rejects(assets.keep(freshBytes(9), clip, { maxBytes: 8 }), refusal('SL_BLOB_TOO_LARGE'))
    deepStrictEqual(await rowsOf(database), [])
    deepStrictEqual(await digestsOf(blobs), [])
    strictEqual(await leftovers(blobs), 0)
  })

  test('K7 a release gives up what matches and nothing else', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    const one = await assets.keep(freshBytes(1), clip)
    await assets.keep(freshBytes(2), { ...clip, name: 'b.mp4' })
    await assets.keep(freshBytes(3), { ...clip, kind: 'snapshot' })
    await assets.keep(freshBytes(4), { ...clip, owner: 'job/2' })
    const held = async () =>
      (await assetUsage(database)).map(({ kind, references, bytes }) => [kind, references, bytes])
    strictEqual((await assets.release({ ...clip, digest: digestOf(freshBytes(5)) })).references, 0)
    await assets.release({ owner: 'job/1', digest: one.digest })
    deepStrictEqual(await held(), [
      ['clip', 2, 6],
      ['snapshot', 1, 3]
    ])
    await assets.release({ owner: 'job/1', kind: 'snapshot' })
    deepStrictEqual(await held(), [['clip', 2, 6]])
    await assets.release({ owner: 'job/1', name: 'b.mp4' })
    deepStrictEqual(await held(), [['clip', 1, 4]])
  })

  test('K8 an owner of more than one bite is released whole', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    await assets.keep(freshBytes(5), clip)
    const { kind, owner, name } = clip
    const rows = Array.from({ length: 229 }, () => ({ digest: digestOf(freshBytes(8)), created_ms: 1 }))
    await database.sql.transaction().execute(async transaction => {
      const state = { state: 'ready', bytes: 0, content_type: '', holder: null, changed_ms: 1 } as const
      await transaction
        .insertInto('assets')
        .values(rows.map(row => ({ ...row, ...state })))
        .execute()
      const reference = { kind, owner, name, stream: null }
      await transaction
        .insertInto('asset_references')
        .values(rows.map(row => ({ ...row, ...reference })))
        .execute()
    })
    strictEqual((await assets.release({ owner: clip.owner })).assets, 230)
    deepStrictEqual([await digestsOf(blobs), await rowsOf(database)], [[], []])
  })

  test('K9 what is used is counted by kind and stream', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    const keep = (kind: AssetKind, stream: string | undefined, bytes: number) =>
      assets.keep(freshBytes(bytes), { kind, owner: 'o', name: 'n', ...(stream ? { stream } : {}) })
    await keep('clip', 'gate', 10)
    await keep('clip', 'gate', 20)
    await keep('clip', 'yard', 5)
    await keep('upload', undefined, 7)
    deepStrictEqual(await assetUsage(database), [
      { kind: 'clip', stream: 'gate', references: 2, bytes: 30 },
      { kind: 'clip', stream: 'yard', references: 1, bytes: 5 },
      { kind: 'upload', stream: undefined, references: 1, bytes: 7 }
    ])
  })

  test('K10 the oldest come first, page by page, of their kind and stream alone', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    for (let index = 0; index < 7; index++) await assets.keep(freshBytes(9), { ...clip, owner: `job/${index}` })
    await assets.keep(freshBytes(9), { ...clip, stream: 'yard' })
    const { stream: _, ...streamless } = clip
    await assets.keep(freshBytes(9), { ...streamless, owner: 'alone' })
    const owners: string[] = []
    let page = await oldestReferences(database, 'clip', 'gate', { limit: 3 })
    while (page.length > 0) {
      strictEqual(page.length <= 3, true)
      owners.push(...page.map(({ owner }) => owner))
      const after = page.at(-1)
      page = await oldestReferences(database, 'clip', 'gate', { limit: 3, ...(after ? { after } : {}) })
    }
    deepStrictEqual(owners.sort(), ['job/0', 'job/1', 'job/2', 'job/3', 'job/4', 'job/5', 'job/6'])
    const all = await oldestReferences(database, 'clip', 'gate')
    deepStrictEqual(
      all.map(({ keptMs }) => keptMs),
      all.map(({ keptMs }) => keptMs).sort((a, b) => a - b)
    )
    deepStrictEqual(
      (await oldestReferences(database, 'clip', undefined)).map(({ owner }) => owner),
      ['alone']
    )
  })

  test('K11 bytes that are there already are adopted, others are not found', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    const { digest } = await blobs.put(freshBytes(12))
    await assets.adopt(digest, { ...clip, kind: 'snapshot' }, 'image/jpeg')
    deepStrictEqual(await new AssetReconciler(assets, atOnce).pass(), nothing)
    strictEqual(await blobs.size(digest), 12)
    await rejects(assets.adopt(digestOf(freshBytes(3)), clip), refusal('SL_BLOB_NOT_FOUND'))
  })

  test('K12 bytes without a row are removed when they are old enough', async t => {
    const { database, blobs } = await open(t)
    const assets = new Assets(database, blobs)
    await blobs.put(freshBytes(12))
    deepStrictEqual(await new AssetReconciler(assets).pass(), nothing)
    deepStrictEqual(await new AssetReconciler(assets, atOnce).pass(), { ...nothing, strays: 1 })
    deepStrictEqual([await digestsOf(blobs), await rowsOf(database)], [[], []])
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
}

export function rowsOf({ sql }: StoreDatabase) {
  return sql.selectFrom('assets').selectAll().orderBy('digest').execute()
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
