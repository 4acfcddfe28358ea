import { setImmediate } from 'node:timers/promises'
import type { TrajectoryHeadRecord, TrajectoryRecord } from '../../contract/record.ts'
import { SightlineError } from '../../core/errors.ts'
import { type FileOrigin, fileRecords } from '../../trajectories/file-records.ts'
import { TrajectoryEncoder } from '../../trajectories/trajectory-encoder.ts'
import type { TrajectoryReader } from '../../trajectories/trajectory-reader.ts'
import type { StoreDatabase } from '../database.ts'
import { chunkRow, headRow } from '../log-sink-rows.ts'
import { readHead } from './chunk-source.ts'
import { type Reading, storedFrames, turnMs } from './stored-frames.ts'
import { checkSignal, trajectoryLimits } from './stored-range.ts'

/** Chunks that are written in one transaction. */
const chunksAtOnce = 64

/**
 * Puts a trajectory file into the store. What is there already, from an import that was cut short, is passed over.
 * Gives how many chunks were new.
 * @throws SL_RECORD_CLASH where the store has other tracks under that stream and epoch, SL_TRAJECTORY_DAMAGED, SL_CANCELLED
 */
export async function importTrajectories(
  database: StoreDatabase,
  reader: TrajectoryReader,
  origin: FileOrigin,
  signal?: AbortSignal
): Promise<number> {
  let turnEndsAt = performance.now() + turnMs
  let added = 0
  let chunks: TrajectoryRecord[] = []
  for (const record of fileRecords(reader, origin)) {
    if (record?.type === 'trajectory-head') await keepHead(database, record)
    else if (record) chunks.push(record)
    if (chunks.length === chunksAtOnce) {
      added += await keepChunks(database, chunks)
      chunks = []
    }
    if (performance.now() < turnEndsAt) continue
    await setImmediate()
    checkSignal(signal)
    turnEndsAt = performance.now() + turnMs
  }
  return added + (await keepChunks(database, chunks))
}

async function keepHead({ sql }: StoreDatabase, record: TrajectoryHeadRecord): Promise<void> {
  const row = headRow(record)
  await sql
    .insertInto('trajectory_heads')
    .values(row)
    .onConflict(conflict => conflict.columns(['stream', 'epoch']).doNothing())
    .execute()
  const { stream, epoch } = row
  const stored = await sql
    .selectFrom('trajectory_heads')
    .select(['base_ms', 'header'])
    .where('stream', '=', stream)
    .where('epoch', '=', epoch)
    .executeTakeFirstOrThrow()
  if (stored.base_ms === row.base_ms && stored.header === row.header) return
  throw new SightlineError(
    'SL_RECORD_CLASH',
    `The store has other tracks of stream ${stream}, epoch ${epoch}: import them under another name or epoch.`
  )
}

async function keepChunks(database: StoreDatabase, chunks: readonly TrajectoryRecord[]): Promise<number> {
  if (chunks.length === 0) return 0
  return database.sql
    .transaction()
    .execute(transaction => database.insertNew(transaction, 'trajectory_chunks', chunks.map(chunkRow)))
}

/**
 * The bytes of a trajectory file with all that is stored of an epoch: the file that its analysis wrote, byte for byte.
 * A chunk that cannot be read is left out when `onDamage` is given, else an error.
 * @throws SL_QUERY_INVALID for an epoch that is not stored, SL_TRAJECTORY_DAMAGED, SL_CANCELLED
 */
export async function* exportTrajectories(
  { sql }: StoreDatabase,
  stream: string,
  epoch: number,
  { signal, onDamage }: Reading = {}
): AsyncGenerator<Uint8Array, void, undefined> {
  const { header } = await readHead(sql, stream, epoch)
  if (!header)
    throw new SightlineError('SL_QUERY_INVALID', `No tracks of stream ${stream}, epoch ${epoch}, are stored.`)
  const { fromMs, toMs } = await sql
    .selectFrom('trajectory_chunks')
    .select(({ fn }) => [fn.min('from_ms').as('fromMs'), fn.max('to_ms').as('toMs')])
    .where('stream', '=', stream)
    .where('epoch', '=', epoch)
    .executeTakeFirstOrThrow()
  const pieces: Uint8Array[] = []
  const encoder = new TrajectoryEncoder(header, bytes => pieces.push(bytes.slice()))
  const range = { streams: [stream], epoch, fromMs: fromMs ?? 0, toMs: (toMs ?? 0) + 1 }
  const reading: Reading = {
    signal,
    onDamage(damage) {
      if (!onDamage) throw new SightlineError('SL_TRAJECTORY_DAMAGED', damage.message)
      onDamage(damage)
    }
  }
  for await (const { tracks } of storedFrames(sql, range, trajectoryLimits, reading)) {
    encoder.add(tracks)
    yield* pieces.splice(0)
  }
  encoder.finish()
  yield* pieces
}
