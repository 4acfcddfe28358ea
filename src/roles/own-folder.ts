import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DataFolder } from '../core/data-folder.ts'
import { EpochLedger } from '../events/epoch-ledger.ts'
import { lockInstance } from '../store/instance-lock.ts'

export interface OwnFolder extends AsyncDisposable {
  readonly epochs: EpochLedger
}

/** Takes a data folder for this process alone. @throws SL_DATA_IN_USE */
export async function ownFolder(folder: DataFolder): Promise<OwnFolder> {
  using taken = new DisposableStack()
  taken.use(lockInstance(folder.lock))
  await Promise.all([folder.logs, dirname(folder.epochs)].map(path => mkdir(path, { recursive: true, mode: 0o700 })))
  const epochs = taken.use(new EpochLedger(folder.epochs))
  const kept = taken.move()
  return { epochs, [Symbol.asyncDispose]: async () => kept.dispose() }
}
