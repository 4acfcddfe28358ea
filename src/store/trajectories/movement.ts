import type { Kysely } from 'kysely'
import type { CalibrationDefinition } from '../../contract/measure-definition.ts'
import type { TrackMovement } from '../../measures/movement.ts'
import type { Tables } from '../tables.ts'
import { ask } from './ask.ts'
import { listChunks } from './chunk-list.ts'
import { readChunks } from './chunk-source.ts'
import type { QueryThread } from './query-thread.ts'
import type { Reading } from './stored-frames.ts'
import { type TrajectoryLimits, tooLarge, type WallRange } from './stored-range.ts'

/** How far and how fast did the tracks of an epoch go, if the ground is like that? */
export interface MovementQuestion extends WallRange {
  readonly stream: string
  readonly epoch: number
  readonly calibration: CalibrationDefinition
}

/** The ways in the order in which they ended, in metres; undefined where nothing is stored of the epoch. */
export async function askMovement(
  sql: Kysely<Tables>,
  thread: QueryThread,
  { stream, epoch, fromMs, toMs, calibration }: MovementQuestion,
  limits: TrajectoryLimits,
  reading: Reading
): Promise<readonly TrackMovement[] | undefined> {
  const listed = await listChunks(sql, { stream, epoch, fromMs, toMs }, limits, reading.signal)
  if (listed.length === 0) return undefined
  const ways: TrackMovement[] = []
  const bites = readChunks(sql, stream, listed, reading.signal)
  for await (const items of ask(thread, { kind: 'movement', calibration }, bites, reading)) {
    ways.push(...(items as readonly TrackMovement[]))
    if (ways.length > limits.tracks)
      throw tooLarge(`${ways.length} tracks or more`, limits.tracks, 'Have a part of the recording analysed.')
  }
  return ways
}
