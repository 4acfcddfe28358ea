import type { Kysely } from 'kysely'
import type { Box } from '../../contract/geometry.ts'
import { partSpanMs } from '../../trajectories/format.ts'
import type { Tables } from '../tables.ts'
import { checkSignal, type TrajectoryLimits, tooLarge, type WallRange } from './stored-range.ts'

/** A chunk that is to be read. */
export interface ListedChunk {
  readonly epoch: number
  readonly chunk: number
  readonly fromMs: number
  readonly points: number
}

export interface ChunkSearch extends WallRange {
  readonly stream: string
  readonly epoch?: number | undefined
  /** Only chunks of which something touches this box, edges included. */
  readonly box?: Box | undefined
}

/** Rows of the index that come in one go: unpacking more would hold up whoever else is on this thread. */
const usualPageRows = 1024
/** Frames of a chunk lie less than a minute from its first, before it or after it. */
const widestMs = 2 * partSpanMs

/**
 * Finds the chunks of a stream that a question has to read, in the order they were made; reads none of their bytes.
 * @throws SL_QUERY_TOO_LARGE, SL_CANCELLED
 */
export async function listChunks(
  sql: Kysely<Tables>,
  { stream, epoch: onlyEpoch, fromMs, toMs, box }: ChunkSearch,
  limits: TrajectoryLimits,
  signal?: AbortSignal,
  pageRows = usualPageRows
): Promise<ListedChunk[]> {
  const listed: ListedChunk[] = []
  let points = 0
  let [next, limit] = [fromMs - widestMs, pageRows]
  for (;;) {
    checkSignal(signal)
    let query = sql
      .selectFrom('trajectory_chunks')
      .select(['epoch', 'chunk', 'from_ms', 'points'])
      .where('stream', '=', stream)
      .where('from_ms', '>=', next)
      .where('from_ms', '<', toMs)
      .where('to_ms', '>=', fromMs)
    if (onlyEpoch !== undefined) query = query.where('epoch', '=', onlyEpoch)
    if (box) {
      query = query
        .where('min_x', '<=', box.x + box.w)
        .where('max_x', '>=', box.x)
        .where('min_y', '<=', box.y + box.h)
        .where('max_y', '>=', box.y)
    }
    const page = await query.orderBy('from_ms').limit(limit).execute()
    // Rows of a full page's last millisecond come with the next: there may be more of them.
    const last = page.length < limit ? Number.POSITIVE_INFINITY : page.at(-1)!.from_ms
    for (const { epoch, chunk, from_ms, points: more } of page) {
      if (from_ms === last) break
      listed.push({ epoch, chunk, fromMs: from_ms, points: more })
      points += more
    }
    if (listed.length > limits.chunks) throw tooLarge(`${listed.length} chunks`, limits.chunks, shorter)
    if (points > limits.points) throw tooLarge(`${points} points`, limits.points, shorter)
    if (last === Number.POSITIVE_INFINITY) break
    limit = last === next ? limit * 2 : pageRows
    next = last
  }
  return listed.sort((a, b) => a.epoch - b.epoch || a.chunk - b.chunk)
}

const shorter = 'Ask for a shorter time or fewer streams.'
