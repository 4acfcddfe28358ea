import type { Kysely } from 'kysely'
import { boundsOf } from '../../measures/drawing.ts'
import type { Tables } from '../tables.ts'
import { ask } from './ask.ts'
import { listChunks } from './chunk-list.ts'
import { readChunks } from './chunk-source.ts'
import type { QueryThread } from './query-thread.ts'
import { checkBuckets, cornersOf, type RegionAnswer, type RegionQuestion, type RegionTrack } from './region-question.ts'
import type { Reading } from './stored-frames.ts'
import type { TrajectoryLimits } from './stored-range.ts'

/** Answers a region question from the chunks whose bounding box touches the area. */
export async function askRegion(
  sql: Kysely<Tables>,
  thread: QueryThread,
  question: RegionQuestion,
  limits: TrajectoryLimits,
  reading: Reading
): Promise<RegionAnswer> {
  const { streams, epoch, fromMs, toMs, anchor, labels, bucketMs, positions = false } = question
  const corners = cornersOf(question.area)
  checkBuckets(question, limits)
  const { left, top, right, bottom } = boundsOf(corners)
  const box = { x: left, y: top, w: right - left, h: bottom - top }
  async function* bites() {
    for (const stream of streams) {
      const listed = await listChunks(sql, { stream, epoch, fromMs, toMs, box }, limits, reading.signal)
      yield* readChunks(sql, stream, listed, reading.signal)
    }
  }
  const asked = ask(
    thread,
    {
      kind: 'region',
      ...{ fromMs, toMs, corners, anchor, labels, bucketMs },
      withPositions: positions,
      mostTracks: limits.tracks,
      mostPositions: limits.positions
    },
    bites(),
    reading
  )
  const tracks: RegionTrack[] = []
  for (;;) {
    const { done, value } = await asked.next()
    if (done) return { ...(value as Omit<RegionAnswer, 'tracks'>), tracks }
    for (const track of value) tracks.push(track as RegionTrack)
  }
}
