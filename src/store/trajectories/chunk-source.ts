import type { Kysely } from 'kysely'
import { readTrajectoryHeader } from '../../contract/trajectory.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Tables } from '../tables.ts'
import type { ListedChunk } from './chunk-list.ts'
import type { ChunkBite, EpochHead, StoredChunk } from './stored-chunk.ts'
import { checkSignal } from './stored-range.ts'

/** What is read in one go. Raise these for fewer questions to the database, lower them to hold less at once. */
const biteChunks = 64
const bitePoints = 65_536

/**
 * Reads the listed chunks of a stream in bites, each of one epoch. Those removed meanwhile are passed over. `endsOf`
 * is asked once for each epoch.
 * @throws SL_QUERY_OUTDATED, SL_CANCELLED
 */
export async function* readChunks(
  sql: Kysely<Tables>,
  stream: string,
  listed: readonly ListedChunk[],
  signal?: AbortSignal,
  endsOf: (epoch: number) => Promise<boolean> = async () => false
): AsyncGenerator<ChunkBite> {
  let head: EpochHead | undefined
  let isOver = false
  for (const part of bites(listed)) {
    checkSignal(signal)
    const { epoch } = part[0]!
    if (head?.epoch !== epoch) {
      head = await readHead(sql, stream, epoch)
      isOver = await endsOf(epoch)
    }
    const chunks = await readBite(sql, head, part)
    if (chunks.length > 0) yield { head, isOver, chunks }
  }
}

export async function readHead(sql: Kysely<Tables>, stream: string, epoch: number): Promise<EpochHead> {
  const row = await sql
    .selectFrom('trajectory_heads')
    .select(['base_ms', 'header'])
    .where('stream', '=', stream)
    .where('epoch', '=', epoch)
    .executeTakeFirst()
  return { stream, epoch, baseMs: row?.base_ms ?? 0, header: row && readTrajectoryHeader(row.header) }
}

function* bites(listed: readonly ListedChunk[]): Generator<readonly ListedChunk[]> {
  let first = 0
  let points = 0
  for (let at = 0; at < listed.length; at++) {
    const isFull = at - first === biteChunks || (at > first && points + listed[at]!.points > bitePoints)
    if (isFull || listed[at]!.epoch !== listed[first]!.epoch) {
      yield listed.slice(first, at)
      first = at
      points = 0
    }
    points += listed[at]!.points
  }
  if (first < listed.length) yield listed.slice(first)
}

async function readBite(
  sql: Kysely<Tables>,
  { stream, epoch }: EpochHead,
  part: readonly ListedChunk[]
): Promise<StoredChunk[]> {
  const rows = await sql
    .selectFrom('trajectory_chunks')
    .select(['chunk', 'from_ms', 'to_ms', 'points', 'checksum', 'bytes'])
    .where('stream', '=', stream)
    .where('epoch', '=', epoch)
    // PostgreSQL keeps chunks by time, and looks no further.
    .where('from_ms', '>=', Math.min(...part.map(({ fromMs }) => fromMs)))
    .where('from_ms', '<=', Math.max(...part.map(({ fromMs }) => fromMs)))
    .where(
      'chunk',
      'in',
      part.map(({ chunk }) => chunk)
    )
    .orderBy('chunk')
    .execute()
  const wanted = new Map(part.map(each => [each.chunk, each]))
  return rows.map(({ chunk, from_ms, to_ms, points, checksum, bytes }) => {
    const listed = wanted.get(chunk)!
    if (listed.fromMs !== from_ms || listed.points !== points) throw replaced(stream, epoch)
    return { chunk, fromMs: from_ms, toMs: to_ms, checksum, bytes }
  })
}

function replaced(stream: string, epoch: number): SightlineError {
  return new SightlineError(
    'SL_QUERY_OUTDATED',
    `Stream ${stream}, epoch ${epoch}, was analysed anew while it was read: ask again.`,
    { retryable: true }
  )
}
