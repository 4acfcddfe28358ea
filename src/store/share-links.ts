import Type, { type Static } from 'typebox'
import { countOf } from './count-of.ts'
import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'
import { type Page, type PageRequest, readPage } from './page-cursor.ts'
import { checkValues, invalid } from './query-border.ts'
import { checked, Key, Title, WallMs } from './row-border.ts'
import { issued, soughtDigest } from './shown-secret.ts'

const Wish = Type.Object(
  {
    /** Whose report it shows. */
    recording: Key,
    /** Who made it, and without whom it shows nothing. */
    userId: Key,
    /** What it is for; null where nobody said. */
    title: Type.Union([Title, Type.Null()]),
    createdMs: WallMs,
    expiresMs: WallMs
  },
  { additionalProperties: false }
)

/** What is known of a link: never its secret. */
export interface ShareLink extends Static<typeof Wish> {
  readonly id: string
  /** Of the recording. */
  readonly stream: string
  readonly recordingTitle: string
  readonly userName: string
}

export interface ShareLinkRequest extends PageRequest {
  /** Streams that the caller may see: left out for those who may see all. */
  readonly permitted?: readonly string[] | undefined
  readonly recording?: string | undefined
  /** Those that have not ended by then. */
  readonly nowMs: number
}

const prefix = 'sll_'

/**
 * Links that show the report of a recording to whoever has them, until they end. They are kept by the SHA-256 of their
 * secret: whoever reads the table can use none. One that is revoked has no row, and so have those of a recording or a user
 * that is no more.
 */
export class ShareLinks {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /**
   * Gives the secret, which nobody can read again. Throws SL_QUERY_INVALID, also for a recording or a user who is not there, and
   * what `room` throws, which is told how many links to this recording hold.
   */
  async issue(
    wish: Static<typeof Wish>,
    room: (there: number) => void = () => undefined
  ): Promise<{ readonly id: string; readonly secret: string }> {
    const { recording, userId, title, createdMs, expiresMs } = checked(Wish, wish, 'The link')
    const { id, secret, digest } = issued(prefix)
    await this.#database.sql.transaction().execute(async transaction => {
      for (const [table, key] of [
        ['users', userId],
        ['recordings', recording]
      ] as const) {
        const found = await transaction.selectFrom(table).select('id').where('id', '=', key).executeTakeFirst()
        if (!found) throw invalid(`A link needs somebody who makes it and a recording: there is no ${key}.`)
      }
      await this.#database.takeTurn(transaction, `share-links/${recording}`)
      await transaction.deleteFrom('share_links').where('expires_ms', '<=', createdMs).execute()
      room(await countOf(transaction.selectFrom('share_links').where('recording', '=', recording)))
      const times = { created_ms: createdMs, expires_ms: expiresMs }
      await transaction
        .insertInto('share_links')
        .values({ id, recording, user_id: userId, title, digest, ...times })
        .execute()
    })
    return { id, secret }
  }

  /** Undefined for a secret that is not this link's, and for a link that was revoked or has ended. */
  async find(id: string, secret: string, nowMs: number): Promise<ShareLink | undefined> {
    const digest = soughtDigest(prefix, secret)
    if (digest === undefined) return undefined
    const row = await this.#rows()
      .where('share_links.id', '=', id)
      .where('digest', '=', digest)
      .where('expires_ms', '>', nowMs)
      .executeTakeFirst()
    return row && linkOf(row)
  }

  /** Undefined for one that is not there, and for one to a recording of a stream that is not among the permitted. */
  async byId(id: string, permitted?: readonly string[]): Promise<ShareLink | undefined> {
    const row = await this.#rows().where('share_links.id', '=', id).executeTakeFirst()
    return row && (!permitted || permitted.includes(row.stream)) ? linkOf(row) : undefined
  }

  /** Those that hold, the newest first. Throws SL_QUERY_INVALID. */
  page({ permitted, recording, nowMs, limit, cursor }: ShareLinkRequest): Promise<Page<ShareLink>> {
    checkValues('permitted', permitted)
    return readPage(
      { ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) },
      {
        question: { list: 'share-links', permitted, recording },
        place: ['number', 'string'],
        placeOf: ({ createdMs, id }) => [createdMs, id],
        rows: async (most, after) => {
          const [ms, id] = (after ?? []) as [number, string]
          const rows = await this.#rows()
            .where('expires_ms', '>', nowMs)
            .$if(permitted !== undefined, query => query.where(oneOf(this.#database, 'stream', permitted!)))
            .$if(recording !== undefined, query => query.where('recording', '=', recording!))
            .$if(after !== undefined, query =>
              query.where(({ and, eb, or }) =>
                or([
                  eb('share_links.created_ms', '<', ms),
                  and([eb('share_links.created_ms', '=', ms), eb('share_links.id', '<', id)])
                ])
              )
            )
            .orderBy('share_links.created_ms', 'desc')
            .orderBy('share_links.id', 'desc')
            .limit(most)
            .execute()
          return rows.map(linkOf)
        }
      }
    )
  }

  /** Nobody can use it any more. False when there is none. */
  async revoke(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.sql
      .deleteFrom('share_links')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return numDeletedRows > 0n
  }

  #rows() {
    return this.#database.sql
      .selectFrom('share_links')
      .innerJoin('recordings', 'recordings.id', 'share_links.recording')
      .innerJoin('users', 'users.id', 'share_links.user_id')
      .select([
        'share_links.id',
        'recording',
        'user_id',
        'share_links.title',
        'share_links.created_ms',
        'expires_ms',
        'stream',
        'recordings.title as recording_title',
        'users.name as user_name'
      ])
  }
}

interface LinkRow {
  readonly id: string
  readonly recording: string
  readonly user_id: string
  readonly title: string | null
  readonly created_ms: number
  readonly expires_ms: number
  readonly stream: string
  readonly recording_title: string
  readonly user_name: string
}

function linkOf({ id, recording, title, stream, ...row }: LinkRow): ShareLink {
  return {
    ...{ id, recording, title, stream },
    userId: row.user_id,
    createdMs: row.created_ms,
    expiresMs: row.expires_ms,
    recordingTitle: row.recording_title,
    userName: row.user_name
  }
}
