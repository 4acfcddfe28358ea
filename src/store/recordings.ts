import type { Selectable } from 'kysely'
import { asSeen, wasThere } from './as-seen.ts'
import type { StoreDatabase } from './database.ts'
import { type NewestList, type NewestRequest, newestFirst } from './newest-first.ts'
import type { Page } from './page-cursor.ts'
import { checked, Title } from './row-border.ts'
import type { RecordingTable } from './tables.ts'

/** A finished file that was analysed. Jobs write them down. */
export interface Recording {
  readonly id: string
  readonly stream: string
  readonly epoch: number
  readonly title: string
  /** SHA-256 of the file among the assets; null when it was analysed where it lies. */
  readonly asset: string | null
  /** Wall time of media time 0. */
  readonly startedMs: number
  readonly durationMs: number | null
  readonly facts: unknown
  readonly createdMs: number
}

const list: NewestList<'recordings', Recording> = {
  table: 'recordings',
  time: 'created_ms',
  itemOf: recordingOf,
  placeOf: recording => [recording.createdMs, recording.id]
}

export class Recordings {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** Those that were made last come first; times are when one was made. */
  page(request: NewestRequest = {}): Promise<Page<Recording>> {
    return newestFirst(this.#database, list, request)
  }

  /** Undefined for one that is not there, and for one of a stream that is not among the permitted. */
  async byId(id: string, permitted?: readonly string[]): Promise<Recording | undefined> {
    const row = await this.#database.sql.selectFrom('recordings').selectAll().where('id', '=', id).executeTakeFirst()
    return row && (!permitted || permitted.includes(row.stream)) ? recordingOf(row) : undefined
  }

  /** False when there is no such recording. Throws SL_QUERY_INVALID for what is no title. */
  async rename(id: string, title: string, seen?: Pick<Recording, 'title' | 'asset'>): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.sql
      .updateTable('recordings')
      .set({ title: checked(Title, title, 'The title') })
      .where('id', '=', id)
      .where(asSeen(seen && { title: seen.title, asset: seen.asset }))
      .executeTakeFirstOrThrow()
    return wasThere(numUpdatedRows, seen)
  }

  /** Writes down one more fact of it, or another than there was. False when there is no such recording. */
  async note(id: string, fact: string, value: unknown): Promise<boolean> {
    return this.#database.sql.transaction().execute(async transaction => {
      const row = await transaction.selectFrom('recordings').select('facts').where('id', '=', id).executeTakeFirst()
      if (!row) return false
      const facts = JSON.stringify({ ...JSON.parse(row.facts), [fact]: value })
      await transaction.updateTable('recordings').set({ facts }).where('id', '=', id).execute()
      return true
    })
  }
}

function recordingOf(row: Selectable<RecordingTable>): Recording {
  const { id, stream, epoch, title, asset, started_ms, duration_ms, facts, created_ms } = row
  return {
    id,
    stream,
    epoch,
    title,
    asset,
    startedMs: started_ms,
    durationMs: duration_ms,
    facts: JSON.parse(facts),
    createdMs: created_ms
  }
}
