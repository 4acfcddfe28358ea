import type { LogRecord } from '../../src/contract/record.ts'
import { LogReader } from '../../src/events/log-reader.ts'
import type { DamagedRow } from '../../src/events/segment-reader.ts'

/** All that a log holds, from its first row to its last. */
export function readLog(logs: string, name: string) {
  using reader = new LogReader(logs, name)
  const records: LogRecord[] = []
  const seqs: number[] = []
  const damaged: DamagedRow[] = []
  let lost = 0
  for (let seq = 1; ; ) {
    const bite = patiently(() => reader.read(seq))
    for (const { seq, record } of bite.records) {
      records.push(record)
      seqs.push(seq)
    }
    damaged.push(...bite.damaged)
    lost += bite.lost
    if (bite.records.length === 0 && bite.damaged.length === 0) break
    seq = bite.nextSeq
  }
  return { records, seqs, damaged, damagedRows: damaged.reduce((sum, { rows }) => sum + rows, 0), lost }
}

/** A file that cannot be read is given up after some tries. */
function patiently<Result>(work: () => Result, tries = 5): Result {
  try {
    return work()
  } catch (error) {
    if (tries === 1) throw error
    return patiently(work, tries - 1)
  }
}
