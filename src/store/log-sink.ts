import type { Transaction } from 'kysely'
import type { LogRecord, RecordType } from '../contract/record.ts'
import { SightlineError } from '../core/errors.ts'
import type { LogBatch, LoggedRecord, Refusal, Sink } from '../events/sink.ts'
import type { StoreDatabase } from './database.ts'
import { faultOf } from './log-sink-check.ts'
import { type Added, addEvents } from './log-sink-events.ts'
import { Replacement, removeEpoch } from './log-sink-replacement.ts'
import { addRest } from './log-sink-rest.ts'
import { chunkRow, headRow, lookRow, sampleRow, trackRow } from './log-sink-rows.ts'
import type { Tables } from './tables.ts'

export interface StoreSinkOptions {
  /** How long a replacement may wait for its next batch, in which SQLite lets nobody else write. */
  readonly replacementPauseMs?: number
}

type Replaced = NonNullable<LogBatch['replaces']>

/**
 * The store as a sink of the logs: each batch is one transaction, its log's position with it. A replacement is one
 * transaction from its first batch to its last; when it breaks off, the store is as it was, `take` throws a retryable
 * SL_REPLACEMENT_BROKEN, and the log is to be handed over again from its position.
 */
export class StoreSink implements Sink, AsyncDisposable {
  readonly name = 'store'
  readonly required = true
  readonly #database: StoreDatabase
  readonly #replacementPauseMs: number
  /** By log. */
  readonly #replacements = new Map<string, Replacement>()
  #added = 0
  #repeated = 0
  #clashed = 0
  #refused = 0

  constructor(database: StoreDatabase, { replacementPauseMs = 30_000 }: StoreSinkOptions = {}) {
    this.#database = database
    this.#replacementPauseMs = replacementPauseMs
  }

  async position(log: string): Promise<number> {
    const { sql } = this.#database
    const cursor = await sql.selectFrom('cursors').select('next_seq').where('log', '=', log).executeTakeFirst()
    return cursor?.next_seq ?? 1
  }

  async take(batch: LogBatch): Promise<readonly Refusal[]> {
    const { kept, refusals } = sift(batch)
    const { added, clashes } = batch.replaces
      ? await this.#replace(batch, batch.replaces, kept)
      : await this.#database.sql.transaction().execute(transaction => this.#add(transaction, batch, kept))
    this.#added += added
    this.#clashed += clashes.length
    this.#refused += refusals.length
    this.#repeated += kept.length - added - clashes.length
    return [...refusals, ...clashes.map(({ seq, id }) => ({ seq, error: clash(id) }))]
  }

  /** A replacement from this log that is not complete is broken off. */
  async forget(log: string): Promise<void> {
    await this.#replacements.get(log)?.[Symbol.asyncDispose]()
    this.#replacements.delete(log)
    await this.#database.sql.deleteFrom('cursors').where('log', '=', log).execute()
  }

  /** How many records came to what, since this sink was made; of a replacement that broke off too. */
  snapshot(): Readonly<Record<'added' | 'repeated' | 'clashed' | 'refused', number>> {
    return { added: this.#added, repeated: this.#repeated, clashed: this.#clashed, refused: this.#refused }
  }

  /** Breaks off the replacements that are not complete. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const replacement of this.#replacements.values()) await replacement[Symbol.asyncDispose]()
  }

  async #replace(batch: LogBatch, replaced: Replaced, kept: readonly LoggedRecord[]): Promise<Added> {
    const { log } = batch
    const { stream, epoch, first, ends } = replaced
    if (first) {
      await this.#replacements.get(log)?.[Symbol.asyncDispose]()
      this.#replacements.set(log, await Replacement.begin(this.#database, this.#replacementPauseMs))
    }
    const replacement = this.#replacements.get(log)
    if (!replacement || replacement.over) throw brokenOff(log, replaced)
    const added = await replacement.work(async transaction => {
      if (first) await removeEpoch(transaction, stream, epoch)
      return this.#add(transaction, batch, kept)
    })
    if (ends) {
      this.#replacements.delete(log)
      await replacement.commit()
    }
    return added
  }

  async #add(
    transaction: Transaction<Tables>,
    { log, nextSeq }: LogBatch,
    records: readonly LoggedRecord[]
  ): Promise<Added> {
    const database = this.#database
    const results = [
      await addEvents(database, transaction, ofType(records, 'event')),
      await addRest(database, transaction, 'tracks', rows(ofType(records, 'track'), trackRow)),
      await addRest(database, transaction, 'track_looks', rows(ofType(records, 'look'), lookRow)),
      await addRest(database, transaction, 'trajectory_heads', rows(ofType(records, 'trajectory-head'), headRow)),
      await addRest(database, transaction, 'trajectory_chunks', rows(ofType(records, 'trajectory'), chunkRow)),
      await addRest(database, transaction, 'measure_samples', rows(ofType(records, 'sample'), sampleRow))
    ]
    await transaction
      .insertInto('cursors')
      .values({ log, next_seq: nextSeq })
      .onConflict(conflict => conflict.column('log').doUpdateSet({ next_seq: nextSeq }))
      .execute()
    return {
      added: results.reduce((sum, { added }) => sum + added, 0),
      clashes: results.flatMap(({ clashes }) => clashes)
    }
  }
}

/** Keeps what the databases can hold and, of a replacement, what is of its stream and epoch. */
function sift({ records, replaces }: LogBatch): { readonly kept: LoggedRecord[]; readonly refusals: Refusal[] } {
  const kept: LoggedRecord[] = []
  const refusals: Refusal[] = []
  for (const logged of records) {
    const error = faultOf(logged.record) ?? strayFault(logged.record, replaces)
    if (error) refusals.push({ seq: logged.seq, error })
    else kept.push(logged)
  }
  return { kept, refusals }
}

function strayFault({ id, stream, epoch }: LogRecord, replaces: LogBatch['replaces']): SightlineError | undefined {
  if (!replaces || (stream === replaces.stream && epoch === replaces.epoch)) return undefined
  const text = `Record “${id}” is in a log that replaces ${replaces.stream}/${replaces.epoch}, and is of another: it cannot be kept.`
  return new SightlineError('SL_RECORD_INVALID', text)
}

function clash(id: string): SightlineError {
  const text = `“${id}” is kept already, with other content: the first one stays. Two programs write one stream, or it began again with an old epoch.`
  return new SightlineError('SL_RECORD_CLASH', text)
}

function brokenOff(log: string, { stream, epoch }: Replaced): SightlineError {
  const text = `Replacing ${stream}/${epoch} from the log ${log} was broken off, and nothing was changed: hand the log over from its position again.`
  return new SightlineError('SL_REPLACEMENT_BROKEN', text, { retryable: true })
}

type OfType<Type extends RecordType> = { readonly seq: number; readonly record: Extract<LogRecord, { type: Type }> }

function ofType<Type extends RecordType>(records: readonly LoggedRecord[], type: Type): OfType<Type>[] {
  return records.filter(({ record }) => record.type === type) as unknown as OfType<Type>[]
}

function rows<Type extends RecordType, Row>(
  records: readonly OfType<Type>[],
  make: (record: OfType<Type>['record']) => Row
): { readonly seq: number; readonly row: Row }[] {
  return records.map(({ seq, record }) => ({ seq, row: make(record) }))
}
