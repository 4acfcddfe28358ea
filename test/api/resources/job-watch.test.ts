import { deepStrictEqual, throws } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { JobWatch } from '../../../src/api/resources/job-watch.ts'
import { jobItemOf } from '../../../src/api/resources/jobs.ts'
import type { Sources } from '../../../src/api/resources/sources.ts'
import type { JobItem } from '../../../src/contract/api/job.ts'
import type { Job } from '../../../src/contract/job.ts'

const job = (id: string, progress = 0): Job => ({
  ...{ id, kind: 'analysis', state: 'running', priority: 0, input: '/a.mp4', options: null, stream: 'yard', epoch: 1 },
  ...{ attempt: 1, maxAttempts: 3, cancelAsked: false, progress, progressText: '', error: null, result: null },
  ...{ dueMs: 0, createdMs: 1, startedMs: 1, endedMs: null }
})

/** A watch that looks when it is told to, at jobs that a test changes. */
function watched(t: TestContext, most?: number) {
  const stored = new Map<string, Job>()
  const questions: (readonly string[])[] = []
  const jobs: Pick<Sources['jobs'], 'byIds'> = {
    async byIds(ids) {
      questions.push(ids)
      if (stored.size === 0) throw new Error('away')
      return ids.flatMap(id => stored.get(id) ?? [])
    }
  }
  const sources = () => ({ jobs }) as Pick<Sources, 'jobs'>
  const watch = new JobWatch({ sources, everyMs: 1_000_000, ...(most !== undefined && { most }) })
  t.after(() => watch[Symbol.dispose]())
  const follow = (id: string) => {
    const told: number[] = []
    const leave = watch.follow(jobItemOf(job(id)), ({ progress }: JobItem) => told.push(progress))
    return { told, leave }
  }
  return { watch, stored, questions, follow }
}

test('JW1 all who follow any are one question, and are told what changed', async t => {
  const { watch, stored, questions, follow } = watched(t)
  const [one, two, again] = [follow('a'), follow('b'), follow('a')]
  for (const [id, progress] of [
    ['a', 0.5],
    ['b', 0]
  ] as const)
    stored.set(id, job(id, progress))
  for (let n = 0; n < 2; n++) await watch.look()
  deepStrictEqual([one.told, two.told, again.told], [[0, 0.5], [0], [0, 0.5]])
  deepStrictEqual(questions, [
    ['a', 'b'],
    ['a', 'b']
  ])
})

test('JW2 who has left is told nothing, and nobody asks for them', async t => {
  const { watch, stored, questions, follow } = watched(t)
  const { told, leave } = follow('a')
  stored.set('a', job('a', 1))
  leave()
  await watch.look()
  deepStrictEqual([told, questions], [[0], []])
})

test('JW3 a store that is away is asked again', async t => {
  const { watch, stored, follow } = watched(t)
  const { told } = follow('a')
  await watch.look()
  stored.set('a', job('a', 1))
  await watch.look()
  deepStrictEqual(told, [0, 1])
})

test('JW4 more than may follow are refused', t => {
  const { follow } = watched(t, 1)
  follow('a')
  throws(() => follow('b'), { code: 'SL_VIEW_LIMIT' })
})
