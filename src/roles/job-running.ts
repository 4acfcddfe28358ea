import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { ModelSettings } from '../config/model-settings.ts'
import type { DataFolder } from '../core/data-folder.ts'
import type { Logger } from '../core/log.ts'
import { instanceId } from '../jobs/instance-id.ts'
import type { RunnerOptions } from '../jobs/runner.ts'
import { JobClaims } from '../store/jobs-claims.ts'
import type { ModelStore } from '../vision/model-store.ts'
import { analysisJob } from './analysis-job.ts'
import type { Storage } from './storage.ts'

export interface JobSurroundings {
  readonly folder: DataFolder
  readonly environment: Readonly<Record<string, string | undefined>>
  /** How models are run, at the moment. */
  readonly models?: () => ModelSettings | undefined
  readonly openModels: () => Promise<ModelStore>
  readonly log: Logger
}

/** What a runner needs to work on a data folder's jobs. */
export function runnerParts(
  { database, assets, sink }: Storage,
  { folder, environment, models, openModels, log }: JobSurroundings
): Pick<RunnerOptions, 'claims' | 'kinds' | 'folder' | 'log' | 'environment' | 'here'> {
  const parts = {
    ...{ assets, sinks: [sink], deadLetters: folder.deadLetters, openModels, log },
    get models() {
      return models?.()
    }
  }
  const kinds = { analysis: analysisJob(parts) }
  const claims = new JobClaims(database, {
    instance: instanceId(join(folder.path, 'local', 'instance')),
    run: randomUUID(),
    kinds: Object.keys(kinds)
  })
  return { claims, kinds, folder: folder.jobs, log, environment, here: process.cwd() }
}
