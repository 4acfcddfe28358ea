import { type Selectable, sql, type Transaction } from 'kysely'
import type { Job } from '../contract/job.ts'
import { SightlineError } from '../core/errors.ts'
import { countOf } from './count-of.ts'
import type { StoreDatabase } from './database.ts'
import { clockOf, jobId, jobOf } from './jobs-row.ts'
import { oneOf } from './one-of.ts'
import { type Page, type PageRequest, readPage } from './page-cursor.ts'
import { checkValues } from './query-border.ts'
import type { JobState, JobTable, Tables } from './tables.ts'

export interface JobRequest {
  readonly kind: string
  /** Absolute path, or `asset:` and digest. */
  readonly input: string
  /** Plain data, as the kind understands it. */
  readonly options: unknown
  /** The stream of its records. */
  readonly stream: string
  /** True makes a stream for this job alone, of this name and its id. Else it gets the stream's next epoch. */
  readonly ownStream: boolean
  /** No epoch below it: what the machine's own ledger gave for this. */
  readonly firstEpoch?: number
  /** Higher is done first. Default 0. */
  readonly priority?: number
  /** Times that it is tried when it fails in a way that may pass. Default 3. */
  readonly maxAttempts?: number
  /** Whoever adds the same job again under this key is given the first. */
  readonly key?: string
}

export interface JobFilter {
  /** Any when left out. */
  readonly states?: readonly JobState[]
  readonly kind?: string
  readonly stream?: string
  /** Default 100, at most 1000. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly before?: number
}

export interface JobPageRequest extends PageRequest {
  /** Streams that the caller may see: left out for those who may see all. */
  readonly permitted?: readonly string[]
  readonly streams?: readonly string[]
  readonly states?: readonly JobState[]
  readonly kind?: string
}

/** Newest first. */
export interface JobPage {
  readonly jobs: readonly Job[]
  /** Undefined on the last page. */
  readonly next: number | undefined
}

const longestPage = 1000
/** Leaves room for a dash and an id in a stream's 63 letters. */
const longestPrefix = 50

/** The jobs as those see them who add, list and cancel them; a runner works with `JobClaims`. */
export class Jobs {
  readonly #database: StoreDatabase
  readonly #clock: ReturnType<typeof clockOf>

  constructor(database: StoreDatabase, now?: () => number) {
    this.#database = database
    this.#clock = clockOf(database, now)
  }

  /**
   * @param room told how many wait or are worked on before a new one is added; what it throws is thrown
   * @throws SL_JOB_CONFLICT where the key was used for another job
   */
  add(
    request: JobRequest,
    room: (open: number) => void = () => undefined
  ): Promise<{ readonly job: Job; readonly isNew: boolean }> {
    const id = jobId(request.key)
    return this.#database.sql.transaction().execute(async transaction => {
      await this.#database.takeTurn(transaction, 'jobs')
      const earlier = await this.#find(transaction, id)
      if (earlier) return { job: sameJob(earlier, request), isNew: false }
      room(await countOf(transaction.selectFrom('jobs').where('state', 'in', ['queued', 'running'])))
      await this.#insert(transaction, id, request)
      const job = await this.#find(transaction, id)
      return { job: sameJob(job!, request), isNew: true }
    })
  }

  /** @throws SL_JOB_NOT_FOUND */
  async get(id: string): Promise<Job> {
    const job = await this.#find(this.#database.sql, id)
    if (job) return job
    throw new SightlineError(
      'SL_JOB_NOT_FOUND',
      `There is no job ${id}: \`sightline jobs list\` shows those that there are.`
    )
  }

  /** Those of `ids` that there are, in no order. */
  async byIds(ids: readonly string[]): Promise<readonly Job[]> {
    checkValues('ids', ids)
    const rows = await this.#database.sql
      .selectFrom('jobs')
      .selectAll()
      .where(oneOf(this.#database, 'id', ids))
      .execute()
    return rows.map(jobOf)
  }

  async list({ states, kind, stream, limit = 100, before }: JobFilter = {}): Promise<JobPage> {
    const most = Math.min(Math.max(1, limit), longestPage)
    let query = this.#database.sql
      .selectFrom('jobs')
      .selectAll()
      .orderBy('n', 'desc')
      .limit(most + 1)
    if (states) query = query.where('state', 'in', states)
    if (kind !== undefined) query = query.where('kind', '=', kind)
    if (stream !== undefined) query = query.where('stream', '=', stream)
    if (before !== undefined) query = query.where('n', '<', before)
    const rows = await query.execute()
    const page = rows.slice(0, most)
    return { jobs: page.map(jobOf), next: rows.length > most ? page.at(-1)!.n : undefined }
  }

  /** Newest first. Throws SL_QUERY_INVALID for filters, limits and cursors that are none. */
  async page({ limit, cursor, ...filter }: JobPageRequest = {}): Promise<Page<Job>> {
    const { permitted, streams, states, kind } = filter
    checkValues('permitted', permitted)
    checkValues('streams', streams)
    const { items, next } = await readPage(
      { limit, cursor },
      {
        question: { list: 'jobs', ...filter },
        place: ['number'],
        placeOf: ({ n }: Selectable<JobTable>) => [n],
        rows: async (most, after) => {
          let query = this.#database.sql.selectFrom('jobs').selectAll()
          if (permitted) query = query.where(oneOf(this.#database, 'stream', permitted))
          if (streams) query = query.where(oneOf(this.#database, 'stream', streams))
          if (states) query = query.where('state', 'in', states)
          if (kind !== undefined) query = query.where('kind', '=', kind)
          if (after) query = query.where('n', '<', after[0] as number)
          return query.orderBy('n', 'desc').limit(most).execute()
        }
      }
    )
    return { items: items.map(jobOf), next }
  }

  /**
   * A job that waits is cancelled at once; one that is worked on is asked to stop, and is cancelled within seconds;
   * one that has ended stays as it is. Gives the job as it is then. @throws SL_JOB_NOT_FOUND
   */
  async cancel(id: string): Promise<Job> {
    const endedMs = this.#clock()
    // At once: nobody sees one that waits and was asked to stop.
    await this.#database.sql
      .updateTable('jobs')
      .set(job => {
        const ifQueued = job.case().when('state', '=', 'queued')
        return {
          cancel_asked: 1,
          state: ifQueued.then(job.val<JobState>('cancelled')).else(job.ref('state')).end(),
          ended_ms: ifQueued.then(endedMs).else(job.ref('ended_ms')).end()
        }
      })
      .where('id', '=', id)
      .where('state', 'in', ['queued', 'running'])
      .execute()
    return this.get(id)
  }

  /** 0 for a stream that had none here. What a worker has begun may be known to its machine's ledger alone. */
  async highestEpoch(stream: string): Promise<number> {
    return (await this.highestEpochs([stream])).get(stream) ?? 0
  }

  /** By stream; those that had none here are left out. */
  async highestEpochs(streams: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#database.sql
      .selectFrom('epochs')
      .select(['stream', 'epoch'])
      .where('stream', 'in', streams)
      .execute()
    return new Map(rows.map(({ stream, epoch }) => [stream, epoch]))
  }

  async #find(from: StoreDatabase['sql'], id: string): Promise<Job | undefined> {
    const row = await from.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst()
    return row && jobOf(row)
  }

  async #insert(transaction: Transaction<Tables>, id: string, request: JobRequest): Promise<void> {
    const { kind, input, options, stream, ownStream, firstEpoch = 1, priority = 0, maxAttempts = 3 } = request
    await transaction
      .insertInto('jobs')
      .values({
        id,
        kind,
        state: 'queued',
        priority,
        input,
        options: JSON.stringify(options ?? null),
        stream: ownStream ? `${stream.slice(0, longestPrefix)}-${id}` : stream,
        epoch: ownStream ? 1 : await nextEpoch(transaction, stream, firstEpoch),
        attempt: 0,
        max_attempts: maxAttempts,
        due_ms: 0,
        cancel_asked: 0,
        progress: 0,
        progress_text: '',
        created_ms: this.#clock()
      })
      .onConflict(conflict => conflict.column('id').doNothing()) // Somebody else with the same key, just now.
      .execute()
  }
}

/** Epochs that were taken are never given again, whether or not something came of them. */
async function nextEpoch(transaction: Transaction<Tables>, stream: string, atLeast: number): Promise<number> {
  const { epoch } = await transaction
    .insertInto('epochs')
    .values({ stream, epoch: atLeast })
    .onConflict(conflict =>
      conflict.column('stream').doUpdateSet({
        epoch: sql<number>`case when epochs.epoch < excluded.epoch then excluded.epoch else epochs.epoch + 1 end`
      })
    )
    .returning('epoch')
    .executeTakeFirstOrThrow()
  return epoch
}

function sameJob(job: Job, { kind, input, options, key }: JobRequest): Job {
  const isSame =
    job.kind === kind && job.input === input && JSON.stringify(job.options) === JSON.stringify(options ?? null)
  if (isSame) return job
  throw new SightlineError(
    'SL_JOB_CONFLICT',
    `The key ${key} belongs to job ${job.id}, which is another one: take a new key for a new job.`
  )
}
