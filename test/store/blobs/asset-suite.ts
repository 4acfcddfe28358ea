import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { type AssetKind, Assets } from '../../../src/store/assets.ts'
import { AssetReconciler } from '../../../src/store/assets-reconcile.ts'
import { assetUsage, oldestReferences } from '../../../src/store/assets-usage.ts'
import { atOnce, clip, nothing, type OpenPlace, rowsOf } from './asset-place.ts'
import { raceSuite } from './asset-race-suite.ts'
import { reconcileSuite } from './asset-reconcile-suite.ts'
import { digestOf, digestsOf, freshBytes, leftovers, read, stalling } from './contents.ts'
import { refusal } from './refusal.ts'

/** The rules of rows and bytes, on any database and any place of blobs. */
export function assetSuite(open: OpenPlace): void {
  keepSuite(open)
  reconcileSuite(open)
  raceSuite(open)
}

function keepSuite(open: OpenPlace): void {
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
}
