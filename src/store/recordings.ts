import type { Selectable } from 'kysely'
import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'
import { type Page, type PageRequest, readPage } from './page-cursor.ts'
import { checkRange, checkValues } from './query-border.ts'
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

export interface RecordingPageRequest extends PageRequest {
  /** Streams that the caller may see: left out for those who may see all. */
  readonly permitted?: readonly string[]
  readonly streams?: readonly string[]
  /** Epoch milliseconds of when it was made, half-open: from `fromMs` to before `toMs`. */
  readonly fromMs?: number
  readonly toMs?: number
}

export class Recordings {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** Those that were made last come first. */
  async page({ limit, cursor, ...filter }: RecordingPageRequest = {}): Promise<Page<Recording>> {
    const { permitted, streams, fromMs, toMs } = filter
    checkValues('permitted', permitted)
    checkValues('streams', streams)
    checkRange(filter)
    return readPage(
      { limit, cursor },
      {
        question: { list: 'recordings', ...filter },
        place: ['number', 'string'],
        placeOf: recording => [recording.createdMs, recording.id],
        rows: async (most, after) => {
          let query = this.#database.sql.selectFrom('recordings').selectAll()
          if (permitted) query = query.where(oneOf(this.#database, 'stream', permitted))
          if (streams) query = query.where(oneOf(this.#database, 'stream', streams))
          if (fromMs !== undefined) query = query.where('created_ms', '>=', fromMs)
          if (toMs !== undefined) query = query.where('created_ms', '<', toMs)
          if (after) {
            const [createdMs, id] = after as [number, string]
            query = query.where(({ eb, and, or }) =>
              or([eb('created_ms', '<', createdMs), and([eb('created_ms', '=', createdMs), eb('id', '<', id)])])
            )
          }
          const rows = await query.orderBy('created_ms', 'desc').orderBy('id', 'desc').limit(most).execute()
          return rows.map(recordingOf)
        }
      }
    )
  }

  /** Undefined for one that is not there, and for one of a stream that is not among the permitted. */
  async byId(id: string, permitted?: readonly string[]): Promise<Recording | undefined> {
    const row = await this.#database.sql.selectFrom('recordings').selectAll().where('id', '=', id).executeTakeFirst()
    return row && (!permitted || permitted.includes(row.stream)) ? recordingOf(row) : undefined
  }

  /** False when there is no such recording. Throws SL_QUERY_INVALID for what is no title. */
  async rename(id: string, title: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.sql
      .updateTable('recordings')
      .set({ title: checked(Title, title, 'The title') })
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
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
