import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Job } from '../../src/contract/job.ts'
import type { JobKind } from '../../src/jobs/job-kind.ts'
import { type JobLog, type RunnerOptions, runJobs } from '../../src/jobs/runner.ts'
import { openDatabase, type StoreDatabase } from '../../src/store/database.ts'
import { Jobs } from '../../src/store/jobs.ts'
import { JobClaims, type JobClaimsOptions } from '../../src/store/jobs-claims.ts'
import type { Step } from './scripted-worker.ts'

const quiet = () => undefined
export const silentLog: JobLog = { debug: quiet, info: quiet, warn: quiet, error: quiet }

/** A worker that follows the script in its job's options; what it reports is the job's result. */
export const scripted: JobKind = {
  entry: new URL('./scripted-worker.ts', import.meta.url),
  prepare: async ({ job, folder }) => ({ task: { steps: job.options }, log: join(folder, 'log') }),
  keep: async (_, report) => report
}

/** A store with jobs that follow scripts, and runners for them. */
export class ScriptedJobs implements AsyncDisposable {
  readonly path: string
  readonly database: StoreDatabase
  readonly jobs: Jobs

  private constructor(path: string, database: StoreDatabase) {
    this.path = path
    this.database = database
    this.jobs = new Jobs(database)
  }

  static async open(): Promise<ScriptedJobs> {
    const path = await mkdtemp(join(tmpdir(), 'sightline-jobs-'))
    await mkdir(join(path, 'jobs'))
    return new ScriptedJobs(path, await openDatabase({ file: join(path, 'store.sqlite') }))
  }

  get folder(): string {
    return join(this.path, 'jobs')
  }

  async add(
    steps: readonly Step[],
    more: { maxAttempts?: number; priority?: number; key?: string } = {}
  ): Promise<Job> {
    const request = { kind: 'scripted', input: '/nowhere.mp4', options: steps, stream: 'clip', ownStream: true }
    return (await this.jobs.add({ ...request, ...more })).job
  }

  claims(run: string, options: Partial<JobClaimsOptions> = {}): JobClaims {
    return new JobClaims(this.database, { instance: 'here', run, kinds: ['scripted'], ...options })
  }

  /** The options of a runner that is quick, and ends when nothing waits. */
  options(options: Partial<RunnerOptions> = {}): RunnerOptions {
    return {
      claims: this.claims('run'),
      kinds: { scripted },
      folder: this.folder,
      signal: new AbortController().signal,
      log: silentLog,
      environment: { PATH: process.env.PATH },
      here: this.path,
      untilEmpty: true,
      concurrency: 1,
      pollMs: 10,
      renewMs: 20,
      graceMs: 300,
      backOff: { firstMs: 1, longestMs: 5 },
      ...options
    }
  }

  async run(options: Partial<RunnerOptions> = {}): Promise<void> {
    await runJobs(this.options(options))
  }

  /** Runs until the worker of a job has said how far it is, then gives what ends the runner. */
  async runUntilProgress(
    id: string,
    options: Partial<RunnerOptions> = {}
  ): Promise<{ stop(): Promise<void>; done: Promise<void> }> {
    const stopping = new AbortController()
    const done = this.run({ ...options, signal: stopping.signal })
    await this.until(id, job => job.progress > 0)
    const stop = async () => {
      stopping.abort()
      await done
    }
    return { stop, done }
  }

  /** Waits for a job to be so. */
  async until(id: string, isSo: (job: Job) => boolean): Promise<Job> {
    for (;;) {
      const job = await this.jobs.get(id)
      if (isSo(job)) return job
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database[Symbol.asyncDispose]()
    await rm(this.path, { recursive: true, force: true })
  }
}

/** True while the process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
