import { createHash, randomBytes } from 'node:crypto'
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { Job } from '../contract/job.ts'
import type { StoreDatabase } from './database.ts'
import type { JobTable } from './tables.ts'

/** Milliseconds of the wall: of PostgreSQL's own clock, which all of its users share, or of this machine's. */
export function clockOf({ kind }: Pick<StoreDatabase, 'kind'>, now: () => number = Date.now): () => RawBuilder<number> {
  return kind === 'postgres'
    ? () => sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`
    : () => sql<number>`${now()}`
}

export function jobOf(row: Selectable<JobTable>): Job {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    priority: row.priority,
    input: row.input,
    options: JSON.parse(row.options),
    stream: row.stream,
    epoch: row.epoch,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    cancelAsked: row.cancel_asked === 1,
    progress: row.progress,
    progressText: row.progress_text,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    result: row.result === null ? null : JSON.parse(row.result),
    dueMs: row.due_ms,
    createdMs: row.created_ms,
    startedMs: row.started_ms,
    endedMs: row.ended_ms
  }
}

/** Without what is mistaken for another when it is read aloud or typed. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
const idLength = 12

/** 59 bits: drawn, or of a key, so that who adds a job twice under one key finds the first. */
export function jobId(key?: string): string {
  const bytes = key === undefined ? randomBytes(32) : createHash('sha256').update(key).digest()
  let number = BigInt(`0x${bytes.toString('hex')}`)
  let id = ''
  while (id.length < idLength) {
    id += letters[Number(number % BigInt(letters.length))]
    number /= BigInt(letters.length)
  }
  return id
}
