import type { Kysely } from 'kysely'
import type { CalibrationDefinition } from '../../contract/measure-definition.ts'
import type { MeasureDefinitions } from '../../measures/defined-measures.ts'
import type { Tables } from '../tables.ts'
import { ask } from './ask.ts'
import { listChunks } from './chunk-list.ts'
import { readChunks } from './chunk-source.ts'
import type { PastEvent } from './past-digest.ts'
import type { QueryThread } from './query-thread.ts'
import type { Reading } from './stored-frames.ts'
import type { TrajectoryLimits, WallRange } from './stored-range.ts'

/** What would measures that are defined today have said then? */
export interface PastQuestion extends WallRange {
  readonly stream: string
  readonly definitions: MeasureDefinitions
  readonly calibration?: CalibrationDefinition
  /** Of the place, for schedules: needed where the stored head has no wall time. */
  readonly utcOffsetMinutes?: number
  /** False for a stream that is running: its newest epoch has not come to its end, and nothing is said of one. */
  readonly isOver?: boolean
}

/** Measures watch the scene for so long before the first event may be told: most of what they know is younger. */
const warmUpMs = 600_000
/** They watch from the begin of the oldest track that was there when the time asked about began, unless that is longer ago. */
const longestWarmUpMs = 86_400_000

/** Replays a stream's stored frames through measures, and gives the events as they come. */
export async function* askPast(
  sql: Kysely<Tables>,
  thread: QueryThread,
  question: PastQuestion,
  limits: TrajectoryLimits,
  reading: Reading
): AsyncGenerator<PastEvent, void, undefined> {
  const { stream, fromMs, toMs, definitions, calibration, utcOffsetMinutes, isOver = true } = question
  async function* bites() {
    const beginMs = await watchFrom(sql, stream, fromMs)
    const listed = await listChunks(sql, { stream, fromMs: beginMs, toMs }, limits, reading.signal)
    const endsOf = (epoch: number) => endsWithin(sql, stream, epoch, toMs, isOver)
    yield* readChunks(sql, stream, listed, reading.signal, endsOf)
  }
  const task = { kind: 'past', fromMs, toMs, definitions, calibration, utcOffsetMinutes } as const
  for await (const items of ask(thread, task, bites(), reading)) yield* items as readonly PastEvent[]
}

async function watchFrom(sql: Kysely<Tables>, stream: string, fromMs: number): Promise<number> {
  const oldest = await sql
    .selectFrom('tracks')
    .select(({ fn }) => fn.min('started_ms').as('started_ms'))
    .where('stream', '=', stream)
    .where('started_ms', '>=', fromMs - longestWarmUpMs)
    .where('started_ms', '<', fromMs)
    .where('ended_ms', '>=', fromMs)
    .executeTakeFirst()
  return Math.min(fromMs - warmUpMs, oldest?.started_ms ?? Number.POSITIVE_INFINITY)
}

/** Whether an epoch's end lies before `toMs`: nothing is stored of it from there on, and nothing more will come. */
async function endsWithin(
  sql: Kysely<Tables>,
  stream: string,
  epoch: number,
  toMs: number,
  isOver: boolean
): Promise<boolean> {
  const last = await sql
    .selectFrom('trajectory_chunks')
    .select('to_ms')
    .where('stream', '=', stream)
    .where('epoch', '=', epoch)
    .orderBy('chunk', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!last || last.to_ms >= toMs) return false
  if (isOver) return true
  const newer = await sql
    .selectFrom('trajectory_heads')
    .select('epoch')
    .where('stream', '=', stream)
    .where('epoch', '>', epoch)
    .limit(1)
    .executeTakeFirst()
  return newer !== undefined
}
