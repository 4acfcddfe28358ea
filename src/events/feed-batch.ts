import { setImmediate } from 'node:timers/promises'
import { rowSize } from './log-row.ts'
import type { LogTail } from './log-tail.ts'
import type { LogBatch, LoggedRecord } from './sink.ts'

export interface BatchLimits {
  /** Records a sink is handed at once. Larger batches cost a sink's database less for each, and memory for all. */
  readonly batchRecords: number
  readonly batchBytes: number
}

/** What is ready for a sink. `skipped`: numbers whose file was removed before the sink came to them. */
export interface ReadyBatch {
  readonly batch: LogBatch
  readonly skipped: number
}

/** A part of a log that a sink failed at as a whole: it is handed over in pieces until the culprit is alone. */
export interface Suspects {
  readonly from: number
  readonly until: number
  readonly pieces: number
}

/**
 * Gathers from `seq` on, in looks between which others have their turn. Undefined where there is nothing to hand over
 * yet; `passed` are seqs that the sink is never handed again.
 */
export async function gatherBatch(
  tail: LogTail,
  seq: number,
  limits: BatchLimits,
  passed: ReadonlySet<number>,
  suspects?: Suspects
): Promise<ReadyBatch | undefined> {
  const job = tail.reader.job()
  if (job && (job.endSeq === null || tail.alive || seq >= job.endSeq)) return undefined
  const records: LoggedRecord[] = []
  let nextSeq = seq
  let skipped = 0
  let bytes = 0
  const most = suspects && seq >= suspects.from ? suspects.pieces : limits.batchRecords
  const border = suspects && seq < suspects.from ? suspects.from : Number.POSITIVE_INFINITY
  while (records.length < most && bytes < limits.batchBytes && nextSeq < border) {
    const bite = tail.read(nextSeq)
    skipped += bite.skipped
    const before = nextSeq
    nextSeq = bite.nextSeq
    for (const [index, logged] of bite.records.entries()) {
      if (records.length === most || logged.seq >= border) {
        nextSeq = index === 0 ? logged.seq : bite.records[index - 1]!.seq + 1
        break
      }
      if (!passed.has(logged.seq)) records.push(logged)
      bytes += sizeOf(logged)
    }
    if (nextSeq === before) break
    await setImmediate()
  }
  if (!job) return nextSeq > seq ? { batch: { log: tail.name, records, nextSeq }, skipped } : undefined
  // A job's log is complete: where nothing follows, its end does.
  const ends = nextSeq >= job.endSeq! - 1 || nextSeq === seq
  const replaces = { stream: job.stream, epoch: job.epoch, first: seq === 1, ends }
  return { batch: { log: tail.name, records, nextSeq: ends ? job.endSeq! : nextSeq, replaces }, skipped }
}

function sizeOf({ record, bodyText }: LoggedRecord): number {
  return rowSize(bodyText ?? '', record.type === 'trajectory' ? record.bytes : undefined)
}
