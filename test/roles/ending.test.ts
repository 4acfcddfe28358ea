import { deepStrictEqual, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { Ending } from '../../src/roles/ending.ts'

const long = 60_000
const never = new Promise<void>(() => undefined)

function part(close: () => void | Promise<void>): AsyncDisposable {
  return { [Symbol.asyncDispose]: async () => close() }
}

test('E1 what was begun is closed in reverse order, after the work', async () => {
  const closed: string[] = []
  const ending = new Ending(long)
  await ending.after(async () => {
    ending.use(
      'the first',
      part(() => void closed.push('first'))
    )
    ending.use(
      'the second',
      part(() => void closed.push('second'))
    )
    closed.push('work')
  })
  deepStrictEqual(closed, ['work', 'second', 'first'])
})

test('E2 a part that does not close is given up, and named', async () => {
  const ending = new Ending(20)
  const ended = ending.after(async () => {
    ending.use(
      'closing the store',
      part(() => never)
    )
    ending.use(
      'answering requests',
      part(() => undefined)
    )
  })
  await rejects(ended, { code: 'SL_ENDING_STUCK', message: /gave up closing the store, .* within 0\.02 s/ })
})

test('E3 work that fails does not wait for what hangs either', async () => {
  const ending = new Ending(20)
  const ended = ending.after(async () => {
    ending.use(
      'closing the store',
      part(() => never)
    )
    throw new Error('the disk is broken')
  })
  await rejects(ended, { code: 'SL_ENDING_STUCK' })
})

test('E4 work that was told to end and goes on is given up', async () => {
  const ending = new Ending(20)
  const ended = ending.after(() => {
    ending.nowRunning('the jobs under way')
    ending.begin()
    return never
  })
  await rejects(ended, { code: 'SL_ENDING_STUCK', message: /gave up the jobs under way/ })
})

test('E5 an error of the work is told where all closes', async () => {
  const ending = new Ending(long)
  await rejects(
    ending.after(async () => {
      throw new Error('the disk is broken')
    }),
    { message: 'the disk is broken' }
  )
})
