import { setImmediate } from 'node:timers/promises'
import { SightlineError } from '../core/errors.ts'
import type { Undelivered } from '../events/dead-letters.ts'
import { LogReader } from '../events/log-reader.ts'
import type { Sink } from '../events/sink.ts'

export interface JobLog {
  /** Folder of the log's folder, and the log's name in it. */
  readonly logs: string
  readonly name: string
  /** What sinks know it by: never that of another job. */
  readonly as: string
  /** All that is in it is of this stream and epoch; sinks refuse the rest. */
  readonly stream: string
  readonly epoch: number
}

/**
 * Hands a job's complete log to a sink as one replacement of its stream and epoch. May be done again, also after it
 * broke off. Gives what the sink refused, to be put among the dead letters.
 *
 * @throws SL_LOG_DAMAGED for a log that is not whole; what the sink throws
 */
export async function deliverJobLog(job: JobLog, sink: Sink, signal: AbortSignal): Promise<readonly Undelivered[]> {
  using reader = new LogReader(job.logs, job.name)
  const endSeq = reader.job()?.endSeq
  if (endSeq === undefined || endSeq === null) throw damaged(job.as, 'it has no end')
  await sink.forget(job.as) // A position in a log of this name is that of an attempt before.
  try {
    const refusals = await handOver(reader, job, sink, signal)
    await sink.forget(job.as)
    return refusals
  } catch (error) {
    // Half a replacement keeps others waiting; why it broke off is what has to be told.
    await sink.forget(job.as).catch(() => undefined)
    throw error
  }
}

async function handOver(
  reader: LogReader,
  { as, stream, epoch }: JobLog,
  sink: Sink,
  signal: AbortSignal
): Promise<readonly Undelivered[]> {
  const refusals: Undelivered[] = []
  for (let seq = 1, first = true, ends = false; !ends; first = false) {
    signal.throwIfAborted()
    const bite = reader.read(seq)
    if (bite.damaged.length > 0 || bite.lost > 0) throw damaged(as, 'a part of it cannot be read')
    ends = bite.nextSeq === seq
    const replaces = { stream, epoch, first, ends }
    const { records, nextSeq } = bite
    for (const { seq: refused, error } of await sink.take({ log: as, records, nextSeq, replaces })) {
      const record = records.find(logged => logged.seq === refused)?.record
      refusals.push({ log: as, seq: refused, sink: sink.name, record, error })
    }
    seq = bite.nextSeq
    await setImmediate()
  }
  return refusals
}

function damaged(name: string, why: string): SightlineError {
  return new SightlineError('SL_LOG_DAMAGED', `The log ${name} is not whole (${why}): the work is done again.`, {
    retryable: true
  })
}
