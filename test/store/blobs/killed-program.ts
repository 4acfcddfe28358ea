import { Assets } from '../../../src/store/assets.ts'
import { AssetReconciler } from '../../../src/store/assets-reconcile.ts'
import type { AssetStep } from '../../../src/store/assets-removal.ts'
import type { BlobStep } from '../../../src/store/blobs/blob-store.ts'
import { openDiskBlobs } from '../../../src/store/blobs/disk.ts'
import { openS3Blobs } from '../../../src/store/blobs/s3.ts'
import type { S3Settings } from '../../../src/store/blobs/s3-settings.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { madeBytes, owner, strayBytes } from './killed-content.ts'

/** Where the blobs lie: a folder, or a bucket and its spool. */
export type BlobPlace =
  | { readonly folder: string; readonly secrets: string }
  | { readonly s3: S3Settings; readonly spool: string; readonly partBytes: number }

export type Action = 'keep' | 'release' | 'reconcile'
export type KillStep = 'reading' | BlobStep | AssetStep

export interface Order {
  readonly file: string
  readonly place: BlobPlace
  readonly action: Action
  /** Length of what it keeps. */
  readonly bytes: number
  /** Where it kills itself: as nobody can catch, in the middle of the action. */
  readonly killAt?: KillStep
}

export function openBlobs(place: BlobPlace, onStep: (step: BlobStep) => void = () => {}) {
  return 'folder' in place
    ? openDiskBlobs({ ...place, onStep })
    : openS3Blobs(place.s3, { spool: place.spool, partBytes: place.partBytes, onStep })
}

if (import.meta.main) await obey(JSON.parse(process.argv[2] ?? '') as Order)

async function obey({ file, place, action, bytes, killAt }: Order): Promise<void> {
  const onStep = (step: KillStep): void => {
    if (armed && step === killAt) process.kill(process.pid, 'SIGKILL')
  }
  let armed = action === 'keep'
  await using database = await openDatabase({ file })
  await using blobs = await openBlobs(place, onStep)
  const assets = new Assets(database, blobs, { onStep })
  async function* content() {
    const made = madeBytes(bytes)
    for (let at = 0; at < bytes; at += 65_536) {
      yield made.subarray(at, at + 65_536)
      if (at > bytes / 2) onStep('reading')
    }
  }
  await assets.keep(content(), { kind: 'upload', owner, name: 'a.mp4', stream: 'gate' })
  if (action === 'reconcile') await blobs.put(strayBytes())
  armed = true
  if (action === 'release') await assets.release({ owner })
  if (action === 'reconcile')
    await new AssetReconciler(assets, { unfinishedMs: 0, unreferencedMs: 0, strayMs: 0 }).pass()
}
