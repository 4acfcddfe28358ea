import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Queue } from './jobs-queue.ts'
import type { OpenStore } from './open-store.ts'

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
      const first = await queue.jobs.add({ ...queue.request, key: 'upload-1' })
      const again = await queue.jobs.add({ ...queue.request, key: 'upload-1' })
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

    rule('J26 an epoch is above what the ledger says, and never one that was given', async queue => {
      const epochOf = async (firstEpoch?: number) => (await queue.add({ ownStream: false, firstEpoch })).epoch
      deepStrictEqual([await epochOf(7), await epochOf(3), await epochOf(), await epochOf(20)], [7, 8, 9, 20])
      deepStrictEqual([await queue.jobs.highestEpoch('clip'), await queue.jobs.highestEpoch('none')], [20, 0])
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

    rule('J8 nobody sees one that waits and was asked to stop', async queue => {
      const { id } = await queue.add()
      let isOver = false
      const looks = Array.from({ length: 8 }, async () => {
        const seen = []
        while (!isOver) seen.push(await queue.jobs.get(id))
        return seen
      })
      await queue.jobs.get(id)
      await queue.jobs.cancel(id)
      isOver = true
      const seen = (await Promise.all(looks)).flat()
      ok(seen.some(({ state }) => state === 'queued'))
      deepStrictEqual(
        seen.filter(({ state, cancelAsked }) => state === 'queued' && cancelAsked),
        []
      )
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
  })
}
