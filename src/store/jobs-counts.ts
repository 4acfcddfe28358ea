import type { StoreDatabase } from './database.ts'

/** Jobs that wait or run, by state. */
export async function openJobs(database: StoreDatabase): Promise<Readonly<Record<'queued' | 'running', number>>> {
  const rows = await database.sql
    .selectFrom('jobs')
    .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
    .where('state', 'in', ['queued', 'running'])
    .groupBy('state')
    .execute()
  return { queued: 0, running: 0, ...Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)])) }
}
