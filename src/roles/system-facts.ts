import { platform } from 'node:os'
import { dirname } from 'node:path'
import type { System } from '../contract/api/system.ts'
import type { DataFolder } from '../core/data-folder.ts'
import type { Health } from '../core/health.ts'
import type { LogFeeder } from '../events/log-feeder.ts'
import { fileSystems, lookAtDisks } from '../retention/disks.ts'
import { assetUsage } from '../store/assets-usage.ts'
import type { StoreDatabase } from '../store/database.ts'
import { openJobs } from '../store/jobs-counts.ts'
import type { WorkerStates } from './streams/worker-figures.ts'

export interface SystemParts {
  readonly version: string
  readonly startedMs: number
  readonly folder: DataFolder
  readonly health: Health
  readonly workers: () => WorkerStates
  readonly database: StoreDatabase
  readonly feeder: Pick<LogFeeder, 'snapshot'>
}

/** How everything is, at this moment. */
export async function systemFacts(parts: SystemParts): Promise<System> {
  const { version, startedMs, folder, health, workers, database, feeder } = parts
  const { logs, deadLetters } = feeder.snapshot()
  const { workers: hosts, deaths } = workers()
  const kept = Map.groupBy(await assetUsage(database), ({ kind }) => kind)
  const folders = { log: folder.logs, store: dirname(folder.store), media: folder.blobs }
  const disks = await lookAtDisks(folders, fileSystems)
  return {
    ...{ version, node: process.versions.node, platform: platform(), startedMs },
    memoryBytes: process.memoryUsage.rss(),
    problems: health.problems().map(({ part, code, message, sinceMs }) => ({ part, code, message, sinceMs })),
    workers: hosts,
    workerDeaths: { count: deaths.count, last: [...deaths.last] },
    jobs: await openJobs(database),
    logs: logs.map(({ name, bytes, alive, sinks }) => ({
      ...{ name, bytes, alive },
      sinks: sinks.map(({ name, required, lagRecords, lagMs, delivered, refused, failures }) => ({
        ...{ name, required, lagRecords, lagMs },
        ...{ delivered, refused, failures }
      }))
    })),
    deadLetters,
    kept: [...kept].map(([kind, usages]) => ({
      kind,
      references: usages.reduce((sum, { references }) => sum + references, 0),
      bytes: usages.reduce((sum, { bytes }) => sum + bytes, 0)
    })),
    disks: disks.map(({ places, totalBytes, freeBytes }) => ({ places: [...places], totalBytes, freeBytes }))
  }
}
