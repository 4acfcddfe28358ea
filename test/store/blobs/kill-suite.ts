import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Assets } from '../../../src/store/assets.ts'
import { AssetReconciler } from '../../../src/store/assets-reconcile.ts'
import { assetUsage } from '../../../src/store/assets-usage.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { atOnce, rowsOf } from './asset-place.ts'
import { digestOf, digestsOf, read } from './contents.ts'
import { madeBytes, owner } from './killed-content.ts'
import { type Action, type BlobPlace, type KillStep, type Order, openBlobs } from './killed-program.ts'

export interface KillPlace {
  readonly place: BlobPlace
  /** What was begun in the place and neither ended nor cleared away. */
  unfinished(): Promise<number>
}

/** A kill at any step of keeping, releasing and reconciling leaves nothing over, and loses nothing that was kept. */
export function killSuite(
  open: (t: TestContext, folder: string) => Promise<KillPlace>,
  bytes: number,
  keeping: readonly KillStep[]
): void {
  const releasing: readonly KillStep[] = [
    'reference-removed',
    'row-removing',
    'removed',
    'bytes-removed',
    'row-removed'
  ]
  const steps: readonly (readonly [Action, KillStep])[] = [
    ...keeping.map(step => ['keep', step] as const),
    ...releasing.map(step => ['release', step] as const),
    ...releasing.slice(1).map(step => ['reconcile', step] as const)
  ]
  for (const [action, killAt] of steps)
    test(`X1 killed while it does ${action}, at ${killAt}: rows and bytes are in step again`, async t => {
      const scratch = await temporaryFolder()
      t.after(() => scratch[Symbol.asyncDispose]())
      const { place, unfinished } = await open(t, scratch.path)
      const file = join(scratch.path, 'store.sqlite')
      strictEqual(await runUntilKilled({ file, place, action, bytes, killAt }), 'SIGKILL')

      await using database = await openDatabase({ file })
      await using blobs = await openBlobs(place)
      const assets = new Assets(database, blobs)
      await new AssetReconciler(assets, atOnce).pass()
      const digest = digestOf(madeBytes(bytes))
      const kept = action === 'reconcile' || killAt === 'row-ready' ? [digest] : []
      deepStrictEqual(await digestsOf(blobs), kept)
      deepStrictEqual(
        (await rowsOf(database)).map(row => [row.digest, row.state]),
        kept.map(each => [each, 'ready'])
      )
      deepStrictEqual(
        (await assetUsage(database)).map(usage => [usage.references, usage.bytes]),
        kept.map(() => [1, bytes])
      )
      strictEqual(await unfinished(), 0)

      await assets.keep(madeBytes(bytes), { kind: 'upload', owner: `${owner}/again`, name: 'a.mp4' })
      strictEqual((await read(blobs, digest, { verify: true })).byteLength, bytes)
    })
}

async function runUntilKilled(order: Order): Promise<string | null> {
  const program = join(import.meta.dirname, 'killed-program.ts')
  const child = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ['ignore', 'inherit', 'inherit'] })
  const [, signal] = await once(child, 'exit')
  return signal
}
