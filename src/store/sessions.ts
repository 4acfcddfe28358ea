import { randomUUID, timingSafeEqual } from 'node:crypto'
import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import type { StoreDatabase } from './database.ts'
import { type Page, type PageRequest, readPage } from './page-cursor.ts'
import { checked, Key, Title, WallMs } from './row-border.ts'
import { digestOf, newSecret } from './shown-secret.ts'
import type { SessionTable } from './tables.ts'

const Wish = Type.Object({ userId: Key, title: Title, nowMs: WallMs }, { additionalProperties: false })

/** A browser that is signed in: never what it shows for it. */
export interface Session {
  readonly id: string
  readonly userId: string
  /** For people to tell one from another. */
  readonly title: string
  readonly createdMs: number
  /** When it last got something new to show. */
  readonly turnedMs: number
  readonly expiresMs: number
}

/**
 * What a browser showed for its session. `turned`: it gets `refresh` from now on. `recent`: what it had a moment ago, since it
 * asked for several things at once. `reused`: what it had long ago, so that somebody else has it too: the session has ended.
 */
export type Shown =
  | { readonly outcome: 'turned'; readonly session: Session; readonly refresh: string }
  | { readonly outcome: 'recent' | 'reused'; readonly session: Session }

/** Without a sign of life, a session ends after this long; and in any case after the second. */
const idleMs = 7 * 86_400_000
const longestMs = 30 * 86_400_000
/** How long what was shown before still counts: requests that were on their way at the same time. */
const recentMs = 30_000
/** Most sessions of one user: the one that was used longest ago ends. */
const mostSessions = 50
const form = /^slr_([0-9a-f-]{36})_([\w-]{43})$/

/** Browsers that are signed in, by what they show: a secret that is new each time, kept as its SHA-256. */
export class Sessions {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** Throws SL_STORE_REFUSED where the user has gone meanwhile. */
  async begin(wish: Static<typeof Wish>): Promise<{ readonly session: Session; readonly refresh: string }> {
    const { userId, title, nowMs } = checked(Wish, wish, 'The session')
    const id = randomUUID()
    const refresh = newRefresh(id)
    const row = {
      id,
      user_id: userId,
      title,
      digest: digestOf(refresh),
      previous_digest: null,
      turned_ms: nowMs,
      created_ms: nowMs,
      expires_ms: nowMs + idleMs
    }
    await this.#database.sql.transaction().execute(async transaction => {
      await transaction.deleteFrom('sessions').where('expires_ms', '<=', nowMs).execute()
      const kept = await transaction
        .selectFrom('sessions')
        .select('id')
        .where('user_id', '=', userId)
        .orderBy('turned_ms', 'desc')
        .orderBy('id')
        .limit(mostSessions - 1)
        .execute()
      let others = transaction.deleteFrom('sessions').where('user_id', '=', userId)
      if (kept.length > 0)
        others = others.where(
          'id',
          'not in',
          kept.map(({ id }) => id)
        )
      await others.execute()
      await transaction.insertInto('sessions').values(row).execute()
    })
    return { session: sessionOf(row), refresh }
  }

  /** Gives something new for what was shown. Undefined for what is no session's, or was one's that has ended. */
  async turn(refresh: string, nowMs: number): Promise<Shown | undefined> {
    const { outcome, session } = (await this.#shown(refresh, nowMs)) ?? {}
    if (!session || !outcome) return undefined
    if (outcome !== 'newest') return { outcome, session }
    const { id, createdMs } = session
    const next = newRefresh(id)
    const turned = {
      digest: digestOf(next),
      previous_digest: digestOf(refresh),
      turned_ms: nowMs,
      expires_ms: Math.min(nowMs + idleMs, createdMs + longestMs)
    }
    const { numUpdatedRows } = await this.#database.sql
      .updateTable('sessions')
      .set(turned)
      .where('id', '=', id)
      .where('digest', '=', turned.previous_digest)
      .executeTakeFirstOrThrow()
    // Another request was first, a moment ago.
    if (numUpdatedRows === 0n) return { outcome: 'recent', session }
    const { turned_ms: turnedMs, expires_ms: expiresMs } = turned
    return { outcome: 'turned', session: { ...session, turnedMs, expiresMs }, refresh: next }
  }

  /** The session that this is shown for, where nothing new can be given. Undefined as for `turn`, and for what is reused. */
  async check(refresh: string, nowMs: number): Promise<Session | undefined> {
    const shown = await this.#shown(refresh, nowMs)
    return shown?.outcome === 'reused' ? undefined : shown?.session
  }

  /** Undefined once it has ended. */
  async byId(id: string, nowMs: number): Promise<Session | undefined> {
    const row = await this.#row(id, nowMs)
    return row && sessionOf(row)
  }

  /** Those of a user, the newest first. */
  async ofUser(userId: string, nowMs: number): Promise<readonly Session[]> {
    const rows = await this.#database.sql
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', userId)
      .where('expires_ms', '>', nowMs)
      .orderBy('created_ms', 'desc')
      .orderBy('id')
      .limit(mostSessions)
      .execute()
    return rows.map(sessionOf)
  }

  /** Everybody's, those that were heard of last first. */
  async page(request: PageRequest, nowMs: number): Promise<Page<Session & { readonly userName: string }>> {
    return readPage(request, {
      question: { list: 'sessions' },
      place: ['number', 'string'],
      placeOf: ({ turnedMs, id }) => [turnedMs, id],
      rows: async (limit, after) => {
        let query = this.#database.sql
          .selectFrom('sessions')
          .innerJoin('users', 'users.id', 'sessions.user_id')
          .selectAll('sessions')
          .select('users.name')
          .where('expires_ms', '>', nowMs)
        if (after) {
          const [turnedMs, id] = after as readonly [number, string]
          query = query.where(({ and, or, eb }) =>
            or([eb('turned_ms', '<', turnedMs), and([eb('turned_ms', '=', turnedMs), eb('sessions.id', '>', id)])])
          )
        }
        const rows = await query.orderBy('turned_ms', 'desc').orderBy('sessions.id').limit(limit).execute()
        return rows.map(({ name: userName, ...row }) => ({ ...sessionOf(row), userName }))
      }
    })
  }

  /** False where it had ended. */
  async end(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.sql
      .deleteFrom('sessions')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return numDeletedRows > 0n
  }

  /** Those of a user, but for one that goes on. Gives how many. */
  async endOthers(userId: string, kept?: string): Promise<number> {
    let query = this.#database.sql.deleteFrom('sessions').where('user_id', '=', userId)
    if (kept !== undefined) query = query.where('id', '!=', kept)
    return Number((await query.executeTakeFirstOrThrow()).numDeletedRows)
  }

  async #shown(
    refresh: string,
    nowMs: number
  ): Promise<{ readonly outcome: 'newest' | 'recent' | 'reused'; readonly session: Session } | undefined> {
    const [, id] = form.exec(refresh) ?? []
    const row = id === undefined ? undefined : await this.#row(id, nowMs)
    if (!row) return undefined
    const session = sessionOf(row)
    const digest = digestOf(refresh)
    if (isSame(digest, row.digest)) return { outcome: 'newest', session }
    const wasLast = row.previous_digest !== null && isSame(digest, row.previous_digest)
    if (wasLast && nowMs - row.turned_ms < recentMs) return { outcome: 'recent', session }
    await this.end(session.id)
    return { outcome: 'reused', session }
  }

  #row(id: string, nowMs: number): Promise<Selectable<SessionTable> | undefined> {
    return this.#database.sql
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', id)
      .where('expires_ms', '>', nowMs)
      .executeTakeFirst()
  }
}

function newRefresh(id: string): string {
  return newSecret(`slr_${id}_`)
}

function isSame(digest: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(digest), Buffer.from(other))
}

function sessionOf(row: Selectable<SessionTable>): Session {
  const { id, user_id: userId, title, created_ms: createdMs, turned_ms: turnedMs, expires_ms: expiresMs } = row
  return { id, userId, title, createdMs, turnedMs, expiresMs }
}
