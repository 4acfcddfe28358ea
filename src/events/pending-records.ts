import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { recordVersion } from '../contract/record.ts'
import { SightlineError } from '../core/errors.ts'
import { type LogBite, LogReader } from './log-reader.ts'
import { namesIn } from './segment-file.ts'
import type { LoggedRecord } from './sink.ts'
import { isLog } from './writer-lock.ts'

/** A record as a row of its log. */
export type PendingRow = {
  readonly log: string
  readonly seq: number
  readonly type: string
  readonly id: string
  readonly stream: string
  readonly epoch: number
  readonly at_ms: number
  /** Of the contract. */
  readonly version: number
  /** JSON. */
  readonly body: string
  readonly bytes: Uint8Array | null
}

/** Times that a file is asked again which cannot be read now: one more than a reader needs to give it up. */
const tries = 5
const pauseMs = 20

/**
 * What the logs hold that no sink may have yet, for a copy elsewhere. Reads beside writers and sinks, and changes nothing.
 * Logs of jobs are passed over: nothing of them counts before their job is done, and it can be done again. So is what tracks looked
 * like: that is to be forgotten soon, and the copy would remember it.
 */
export class PendingRecords {
  readonly #logs: string
  /** Rows that could not be read, since it was made. */
  unreadable = 0

  /** @param logs folder of all logs */
  constructor(logs: string) {
    this.#logs = logs
  }

  names(): string[] {
    return namesIn(this.#logs).filter(name => !name.startsWith('.') && isLog(join(this.#logs, name)))
  }

  /** What was committed to a log, some rows at a time, from `seq` on and up to the newest at the time of the first look. */
  async *rows(name: string, seq: number): AsyncGenerator<readonly PendingRow[]> {
    using reader = new LogReader(this.#logs, name)
    if (await patiently(() => reader.job())) return
    const last = await patiently(() => reader.lastSeq())
    for (let at = seq; at <= last; ) {
      const bite: LogBite = await patiently(() => reader.read(at))
      this.unreadable += bite.lost + bite.damaged.reduce((sum, { rows }) => sum + rows, 0)
      const wanted = bite.records.filter(({ record }) => record.type !== 'look')
      const rows = wanted.map(record => rowOf(name, record)).filter(isSound)
      this.unreadable += wanted.length - rows.length
      if (rows.length > 0) yield rows
      if (bite.nextSeq === at) break
      at = bite.nextSeq
    }
  }
}

function rowOf(log: string, { seq, record }: LoggedRecord): PendingRow {
  const { type, id, stream, epoch, atMs, body } = record
  const bytes = record.type === 'trajectory' ? record.bytes : null
  return { log, seq, type, id, stream, epoch, at_ms: atMs, version: recordVersion, body: JSON.stringify(body), bytes }
}

/** What would break a log's lines did not come through its border. */
function isSound({ type, id, stream }: PendingRow): boolean {
  return ![type, id, stream].some(text => /[\t\n]/.test(text))
}

async function patiently<Result>(work: () => Result): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof SightlineError && error.retryable) || attempt === tries) throw error
      await setTimeout(pauseMs)
    }
  }
}
