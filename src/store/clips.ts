import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { SightlineError } from '../core/errors.ts'
import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'
import { type Page, type PageRequest, readPage } from './page-cursor.ts'
import { checkRange, checkValues, invalid } from './query-border.ts'
import { checked, Digest, Epoch, Key, StreamName, WallMs } from './row-border.ts'
import type { ClipTable } from './tables.ts'

/** A piece of a stream that is kept as a video. */
export const Clip = Type.Object(
  {
    id: Key,
    stream: StreamName,
    epoch: Epoch,
    /** Wall time of what it shows. */
    fromMs: WallMs,
    toMs: WallMs,
    /** SHA-256 of the video among the assets. */
    asset: Digest,
    /** Why it was kept; null when a person asked for it. */
    eventId: Type.Union([Type.String({ minLength: 1, maxLength: 512 }), Type.Null()]),
    createdMs: WallMs
  },
  { additionalProperties: false }
)
export type Clip = Static<typeof Clip>

export interface ClipPageRequest extends PageRequest {
  /** Streams that the caller may see: left out for those who may see all. */
  readonly permitted?: readonly string[]
  readonly streams?: readonly string[]
  /** Epoch milliseconds of a clip's begin, half-open: from `fromMs` to before `toMs`. */
  readonly fromMs?: number
  readonly toMs?: number
}

export class Clips {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** Those that begin last come first. */
  async page({ limit, cursor, ...filter }: ClipPageRequest = {}): Promise<Page<Clip>> {
    const { permitted, streams, fromMs, toMs } = filter
    checkValues('permitted', permitted)
    checkValues('streams', streams)
    checkRange(filter)
    return readPage(
      { limit, cursor },
      {
        question: { list: 'clips', ...filter },
        place: ['number', 'string'],
        placeOf: clip => [clip.fromMs, clip.id],
        rows: async (most, after) => {
          let query = this.#database.sql.selectFrom('clips').selectAll()
          if (permitted) query = query.where(oneOf(this.#database, 'stream', permitted))
          if (streams) query = query.where(oneOf(this.#database, 'stream', streams))
          if (fromMs !== undefined) query = query.where('from_ms', '>=', fromMs)
          if (toMs !== undefined) query = query.where('from_ms', '<', toMs)
          if (after) {
            const [beginMs, id] = after as [number, string]
            query = query.where(({ eb, and, or }) =>
              or([eb('from_ms', '<', beginMs), and([eb('from_ms', '=', beginMs), eb('id', '<', id)])])
            )
          }
          const rows = await query.orderBy('from_ms', 'desc').orderBy('id', 'desc').limit(most).execute()
          return rows.map(clipOf)
        }
      }
    )
  }

  /** Undefined for one that is not there, and for one of a stream that is not among the permitted. */
  async byId(id: string, permitted?: readonly string[]): Promise<Clip | undefined> {
    const row = await this.#database.sql.selectFrom('clips').selectAll().where('id', '=', id).executeTakeFirst()
    return row && (!permitted || permitted.includes(row.stream)) ? clipOf(row) : undefined
  }

  /** The asset's reference is the caller's to add. Throws SL_QUERY_INVALID, SL_NAME_TAKEN for an id that is in use. */
  async create(clip: Clip): Promise<void> {
    const { fromMs, toMs, eventId, createdMs, ...rest } = checked(Clip, clip, 'The clip')
    if (toMs < fromMs) throw invalid(`The clip ${clip.id} ends at ${toMs}, before it begins at ${fromMs}.`)
    const { numInsertedOrUpdatedRows } = await this.#database.sql
      .insertInto('clips')
      .values({ ...rest, from_ms: fromMs, to_ms: toMs, event_id: eventId, created_ms: createdMs })
      .onConflict(conflict => conflict.doNothing())
      .executeTakeFirstOrThrow()
    if (!numInsertedOrUpdatedRows) throw new SightlineError('SL_NAME_TAKEN', `A clip ${clip.id} is there already.`)
  }

  /** False when there is no such clip. The asset's reference is the caller's to release. */
  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.sql
      .deleteFrom('clips')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return numDeletedRows > 0n
  }
}

function clipOf(row: Selectable<ClipTable>): Clip {
  const { id, stream, epoch, from_ms, to_ms, asset, event_id, created_ms } = row
  return { id, stream, epoch, fromMs: from_ms, toMs: to_ms, asset, eventId: event_id, createdMs: created_ms }
}
