import { readdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { brokenEpochs } from '../store/broken-epochs.ts'
import type { StoreDatabase } from '../store/database.ts'
import { Jobs } from '../store/jobs.ts'
import type { StreamPast } from './streams/stream-hosts.ts'

export interface PastOptions {
  /** Where the workers' logs are. */
  readonly logs: string
  /** Names of the logs that are being written. */
  readonly running: ReadonlySet<string>
  readonly database: () => StoreDatabase
  readonly signal: AbortSignal
}

/** How a stream's epochs up to `upTo` ended, once all that its former workers logged is in the store. */
export async function streamPast(
  stream: string,
  upTo: number,
  { logs, running, database, signal }: PastOptions
): Promise<StreamPast> {
  const left = (await readdir(logs)).filter(name => name.startsWith('live-') && !running.has(name))
  for (;;) {
    const there = new Set(await readdir(logs))
    if (!left.some(name => there.has(name))) break
    await pause(50, undefined, { signal })
  }
  const store = database()
  const highest = await store.sql
    .selectFrom('event_spans')
    .select(({ fn }) => fn.max('epoch').as('epoch'))
    .where('stream', '=', stream)
    .executeTakeFirst()
  const ofJobs = await new Jobs(store).highestEpoch(stream)
  return { highest: Math.max(highest?.epoch ?? 0, ofJobs), broken: await brokenEpochs(store, stream, upTo) }
}
