import type { StoreDatabase } from './database.ts'
import type { RecordingTable } from './tables.ts'

/** Writes down a recording and its stream, or what is known of them now. */
export async function keepRecording({ sql: database }: StoreDatabase, recording: RecordingTable): Promise<void> {
  const { id: _, created_ms: __, ...known } = recording
  await database.transaction().execute(async transaction => {
    await transaction
      .insertInto('streams')
      .values({
        name: recording.stream,
        title: recording.title,
        settings: '{}',
        created_ms: recording.created_ms
      })
      .onConflict(conflict => conflict.column('name').doNothing())
      .execute()
    await transaction
      .insertInto('recordings')
      .values(recording)
      .onConflict(conflict => conflict.column('id').doUpdateSet(known))
      .execute()
  })
}

/** What was made for an owner, by name and digest: not the file that they read. */
export async function referencesOf(
  { sql: database }: StoreDatabase,
  owner: string
): Promise<readonly { readonly name: string; readonly digest: string }[]> {
  return database
    .selectFrom('asset_references')
    .select(['name', 'digest'])
    .where('owner', '=', owner)
    .where('kind', '!=', 'upload')
    .execute()
}
