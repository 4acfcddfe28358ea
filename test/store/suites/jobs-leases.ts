import { deepStrictEqual, notStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { suite, test } from 'node:test'
import { leaseMs, Queue } from './jobs-queue.ts'
import type { OpenStore } from './open-store.ts'

const hourMs = 3_600_000

/** Who holds a job, on any database: whatever clocks and connections do. */
export function jobLeasesSuite(open: OpenStore): void {
  suite('leases of jobs', () => {
    const rule = (title: string, check: (queue: Queue) => Promise<void>) =>
      test(title, async t => check(new Queue(await open(t))))

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
