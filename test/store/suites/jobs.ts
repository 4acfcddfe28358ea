import { deepStrictEqual, notStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Job } from '../../../src/contract/job.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { type JobRequest, Jobs } from '../../../src/store/jobs.ts'
import { JobClaims, type JobClaimsOptions } from '../../../src/store/jobs-claims.ts'
import type { OpenStore } from './open-store.ts'

const request: JobRequest = { kind: 'analysis', input: '/clip.mp4', options: {}, stream: 'clip', ownStream: true }
const leaseMs = 30_000
const hourMs = 3_600_000

/** A queue with clocks that a test sets. PostgreSQL has its own wall clock. */
class Queue {
  readonly jobs: Jobs
  readonly #database: StoreDatabase
  wallMs = 1_800_000_000_000
  elapsedMs = 0

  constructor(database: StoreDatabase) {
    this.#database = database
    this.jobs = new Jobs(database, () => this.wallMs)
  }

  async add(more: Partial<JobRequest> = {}): Promise<Job> {
    return (await this.jobs.add({ ...request, ...more })).job
  }

  runner(instance: string, more: Partial<JobClaimsOptions> = {}): JobClaims {
    const clocks = { now: () => this.wallMs, elapsed: () => this.elapsedMs }
    return new JobClaims(this.#database, { instance, run: '1', kinds: ['analysis'], leaseMs, ...clocks, ...more })
  }

  /** Lets time pass while `watcher` looks on, as often as a runner does. Gives how many jobs it took over. */
  async watch(watcher: JobClaims, ms: number, meanwhile: () => Promise<unknown> = async () => undefined) {
    let taken = 0
    for (const endMs = this.elapsedMs + ms; this.elapsedMs < endMs; ) {
      this.elapsedMs += leaseMs / 6
      await meanwhile()
      taken += await watcher.takeOver()
    }
    return taken
  }
}

/** What the queue promises, on any database. */
export function jobsSuite(open: OpenStore): void {
  suite('the queue of jobs', () => {
    const rule = (title: string, check: (queue: Queue) => Promise<void>) =>
      test(title, async t => check(new Queue(await open(t))))

    rule('J1 what was added waits, and is found again', async queue => {
      const added = await queue.add({ options: { model: 'motion' }, priority: 3 })
      deepStrictEqual(await queue.jobs.get(added.id), added)
      const { state, options, priority, attempt, dueMs, error, result } = added
      deepStrictEqual(
        { state, options, priority, attempt, dueMs, error, result },
        { state: 'queued', options: { model: 'motion' }, priority: 3, attempt: 0, dueMs: 0, error: null, result: null }
      )
    })

    rule('J2 the same key is the same job', async queue => {
      const first = await queue.jobs.add({ ...request, key: 'upload-1' })
      const again = await queue.jobs.add({ ...request, key: 'upload-1' })
      deepStrictEqual([first.isNew, again.isNew, again.job], [true, false, first.job])
      await rejects(queue.add({ key: 'upload-1', input: '/other.mp4' }), { code: 'SL_JOB_CONFLICT' })
    })

    rule('J3 a job without a stream of its own gets the next epoch of its stream', async queue => {
      const epochs = [await queue.add({ ownStream: false }), await queue.add({ ownStream: false })]
      deepStrictEqual(
        epochs.map(({ stream, epoch }) => [stream, epoch]),
        [
          ['clip', 1],
          ['clip', 2]
        ]
      )
      const { stream, id } = await queue.add({ stream: 'x'.repeat(63) })
      deepStrictEqual([stream.endsWith(`-${id}`), stream.length], [true, 63])
    })

    rule('J4 higher priority first, then in the order of arrival', async queue => {
      const added = []
      for (const priority of [0, 5, 0, 5]) added.push((await queue.add({ priority })).id)
      const runner = queue.runner('a')
      const order = []
      for (let job = await runner.claim(); job; job = await runner.claim()) order.push(added.indexOf(job.id))
      deepStrictEqual(order, [1, 3, 0, 2])
    })

    rule('J5 a job is worked on by one runner, however many ask at once', async queue => {
      const added = []
      for (let n = 0; n < 12; n++) added.push((await queue.add()).id)
      const runners = ['a', 'b', 'c', 'd'].map(instance => queue.runner(instance))
      const claimed = await Promise.all(
        runners.map(async runner => {
          const ids = []
          for (let job = await runner.claim(); job; job = await runner.claim()) ids.push(job.id)
          return ids
        })
      )
      deepStrictEqual(claimed.flat().sort(), added.sort())
    })

    rule('J6 a runner leaves alone what it does not know how to do', async queue => {
      await queue.add({ kind: 'highlights' })
      strictEqual(await queue.runner('a').claim(), undefined)
      strictEqual(await queue.runner('a').areWaiting(), false)
    })

    rule('J7 progress is seen by all', async queue => {
      const { id } = await queue.add()
      const runner = queue.runner('a')
      await runner.renew((await runner.claim())!, { share: 0.25, text: '10 of 40 frames' })
      const { progress, progressText } = await queue.jobs.get(id)
      deepStrictEqual([progress, progressText], [0.25, '10 of 40 frames'])
    })

    rule('J8 a job that waits is cancelled at once', async queue => {
      const { id } = await queue.add()
      strictEqual((await queue.jobs.cancel(id)).state, 'cancelled')
      strictEqual(await queue.runner('a').claim(), undefined)
    })

    rule('J9 a job that is worked on is asked to stop', async queue => {
      const { id } = await queue.add()
      const runner = queue.runner('a')
      const job = (await runner.claim())!
      const { state, cancelAsked } = await queue.jobs.cancel(id)
      deepStrictEqual([state, cancelAsked], ['running', true])
      strictEqual(await runner.renew(job, { share: 0, text: '' }), 'cancel-asked')
      ok(await runner.settle(job, { state: 'queued', delayMs: 0 }))
      strictEqual((await queue.jobs.get(id)).state, 'cancelled')
    })

    rule('J10 what has ended stays as it ended', async queue => {
      const { id } = await queue.add()
      const runner = queue.runner('a')
      await runner.settle((await runner.claim())!, { state: 'done', result: { tracks: 2 } })
      const { state, result, progress } = await queue.jobs.cancel(id)
      deepStrictEqual([state, result, progress], ['done', { tracks: 2 }, 1])
    })

    rule('J11 a job that there is not', async queue => {
      await rejects(queue.jobs.get('nothing'), { code: 'SL_JOB_NOT_FOUND' })
      await rejects(queue.jobs.cancel('nothing'), { code: 'SL_JOB_NOT_FOUND' })
    })

    rule('J12 the list goes from the newest on, page by page, and knows filters', async queue => {
      const ids = []
      for (let n = 0; n < 5; n++) ids.push((await queue.add()).id)
      await queue.jobs.cancel(ids[1]!)
      const first = await queue.jobs.list({ limit: 3 })
      const second = await queue.jobs.list({ limit: 3, before: first.next! })
      deepStrictEqual(
        [...first.jobs, ...second.jobs].map(({ id }) => id),
        ids.toReversed()
      )
      strictEqual(second.next, undefined)
      const cancelled = await queue.jobs.list({ states: ['cancelled'] })
      deepStrictEqual(
        cancelled.jobs.map(({ id }) => id),
        [ids[1]]
      )
    })

    rule('J13 an attempt that may be repeated waits for its time', async queue => {
      const runner = queue.runner('a')
      await queue.add()
      const job = (await runner.claim())!
      await runner.settle(job, {
        state: 'queued',
        delayMs: 60_000,
        error: { code: 'SL_OUTPUT_FULL', message: 'Full.' }
      })
      strictEqual(await runner.claim(), undefined)
      strictEqual(await runner.areWaiting(), true)
      const { attempt, error } = await queue.jobs.get(job.id)
      deepStrictEqual([attempt, error?.code], [1, 'SL_OUTPUT_FULL'])
    })

    rule('J14 an interrupted attempt does not count', async queue => {
      const runner = queue.runner('a')
      await queue.add()
      await runner.settle((await runner.claim())!, { state: 'queued', delayMs: 0 })
      strictEqual((await runner.claim())!.attempt, 1)
    })

    rule('J15 a job whose runner is gone is freed when its lease is over, not before', async queue => {
      const { id } = await queue.add()
      await queue.runner('a').claim()
      const other = queue.runner('b')
      strictEqual(await queue.watch(other, leaseMs - 10_000), 0)
      strictEqual(await queue.watch(other, 15_000), 1)
      const { state, attempt } = await queue.jobs.get(id)
      deepStrictEqual([state, attempt], ['queued', 1])
    })

    rule('J16 a lease that is renewed is not over', async queue => {
      await queue.add()
      const runner = queue.runner('a')
      const job = (await runner.claim())!
      const renew = () => runner.renew(job, { share: 0.5, text: '' })
      strictEqual(await queue.watch(queue.runner('b'), 5 * leaseMs, renew), 0)
    })

    for (const [what, ms] of [
      ['an hour back', -hourMs],
      ['a day forward', 24 * hourMs]
    ] as const) {
      rule(`J17 with the clock set ${what} a job that is worked on is not stolen`, async queue => {
        await queue.add()
        const runner = queue.runner('a')
        const job = (await runner.claim())!
        const other = queue.runner('b')
        queue.wallMs += ms
        const renew = async () => strictEqual(await runner.renew(job, { share: 0, text: '' }), 'held')
        strictEqual(await queue.watch(other, 2 * leaseMs, renew), 0)
      })

      rule(`J18 with the clock set ${what} a job whose runner is gone is not stranded`, async queue => {
        await queue.add()
        await queue.runner('a').claim()
        queue.wallMs += ms
        strictEqual(await queue.watch(queue.runner('b'), 2 * leaseMs), 1)
      })

      rule(`J19 with the clock set ${what} jobs that wait are not stranded`, async queue => {
        await queue.add()
        const again = await queue.add()
        const runner = queue.runner('a')
        await runner.claim()
        const job = (await runner.claim())!
        strictEqual(job.id, again.id)
        await runner.settle(job, { state: 'queued', delayMs: 1, error: { code: 'SL_OUTPUT_FULL', message: '' } })
        await queue.add()
        queue.wallMs += ms
        const claimed = async () => {
          for (let tries = 0; tries < 200; tries++) {
            const next = await runner.claim()
            if (next) return next.id
          }
          return undefined
        }
        const found = [await claimed(), await claimed()]
        ok(found.every(id => id !== undefined))
        notStrictEqual(found[0], found[1])
      })
    }

    rule('J20 a database that stalls ends no lease: nobody could renew', async queue => {
      await queue.add()
      const runner = queue.runner('a')
      const job = (await runner.claim())!
      const other = queue.runner('b')
      strictEqual(await other.takeOver(), 0)
      queue.elapsedMs += 20 * leaseMs
      strictEqual(await other.takeOver(), 0)
      strictEqual(await runner.renew(job, { share: 0, text: '' }), 'held')
    })

    rule('J21 what this instance worked on in a run before is free at once', async queue => {
      await queue.add()
      await queue.runner('a').claim()
      strictEqual(await queue.runner('a', { run: '2' }).takeOver(), 1)
    })

    rule('J22 what this run works on is not taken from it; what it dropped is', async queue => {
      const runner = queue.runner('a')
      await queue.add()
      const { id } = (await runner.claim())!
      queue.elapsedMs += 1
      for (let look = 0; look < 12; look++) {
        queue.elapsedMs += leaseMs / 6
        strictEqual(await runner.takeOver(new Set([id])), 0)
      }
      strictEqual(await runner.takeOver(), 1)
    })

    rule('J23 who lost a job changes nothing about it any more', async queue => {
      const { id } = await queue.add()
      const slow = queue.runner('a')
      const job = (await slow.claim())!
      const other = queue.runner('b')
      await queue.watch(other, 2 * leaseMs)
      const taken = (await other.claim())!
      strictEqual(await slow.renew(job, { share: 0.9, text: '' }), 'lost')
      strictEqual(await slow.settle(job, { state: 'failed', error: { code: 'SL_INTERNAL', message: '' } }), false)
      ok(await other.settle(taken, { state: 'done', result: null }))
      deepStrictEqual([(await queue.jobs.get(id)).state, taken.attempt], ['done', 2])
    })

    rule('J24 a job that brings its runner down each time fails in the end', async queue => {
      const { id } = await queue.add({ maxAttempts: 2 })
      for (const run of ['1', '2', '3']) {
        const runner = queue.runner('a', { run })
        await runner.takeOver()
        await runner.claim()
      }
      const { state, error } = await queue.jobs.get(id)
      deepStrictEqual([state, error?.code], ['failed', 'SL_JOB_CRASHED'])
    })

    rule('J25 what was asked to stop is not begun again when its runner is gone', async queue => {
      const { id } = await queue.add()
      await queue.runner('a').claim()
      await queue.jobs.cancel(id)
      await queue.runner('a', { run: '2' }).takeOver()
      strictEqual((await queue.jobs.get(id)).state, 'cancelled')
    })
  })
}
