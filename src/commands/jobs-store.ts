import { refuseHalfRestored } from '../store/backup/restore-marker.ts'
import { openDatabase, type StoreDatabase } from '../store/database.ts'
import { type DataFlags, dataPlace } from './data-place.ts'

/** Opens the store beside whoever else has it open. Throws what `openDatabase` does, and SL_RESTORE_UNFINISHED. */
export async function openStore(flags: DataFlags, environment: NodeJS.ProcessEnv): Promise<StoreDatabase> {
  const { folder, url } = await dataPlace(flags, environment)
  await using opening = new AsyncDisposableStack()
  const store = opening.use(await openDatabase(url === undefined ? { file: folder.store } : { url }))
  await refuseHalfRestored(store)
  opening.move()
  return store
}
