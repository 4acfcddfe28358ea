import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { SightlineError } from '../core/errors.ts'
import type { StoreDatabase } from './database.ts'
import { type NewestList, type NewestRequest, newestFirst } from './newest-first.ts'
import type { Page } from './page-cursor.ts'
import { invalid } from './query-border.ts'
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

const list: NewestList<'clips', Clip> = {
  table: 'clips',
  time: 'from_ms',
  itemOf: clipOf,
  placeOf: clip => [clip.fromMs, clip.id]
}

export class Clips {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** Those that begin last come first; times are those of a clip's begin. */
  page(request: NewestRequest = {}): Promise<Page<Clip>> {
    return newestFirst(this.#database, list, request)
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
