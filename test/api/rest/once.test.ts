import { equal, rejects } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Sources } from '../../../src/api/resources/sources.ts'
import { onlyOnce } from '../../../src/api/rest/once.ts'
import { OnceKeys } from '../../../src/store/once-keys.ts'
import { openSqliteStore } from '../../store/suites/open-store.ts'

const minuteMs = 60_000

/** Something that is asked for under a key. */
async function asking(t: TestContext) {
  const clock = { nowMs: 1e12 }
  const keys = new OnceKeys(await openSqliteStore(t), () => clock.nowMs)
  const refreshed: Promise<unknown>[] = []
  const onceKeys: Sources['onceKeys'] = {
    begin: asked => keys.begin(asked),
    done: (asked, answer) => keys.done(asked, answer),
    failed: asked => keys.failed(asked),
    refresh: asked => {
      refreshed.push(keys.refresh(asked))
      return refreshed.at(-1) as Promise<void>
    }
  }
  const answers = { close: (text: string) => text, open: (text: string) => text }
  const call = {
    request: { method: 'POST', url: '/api/v1/uploads', headers: { 'idempotency-key': 'k1' } },
    reply: { statusCode: 201, getHeader: () => undefined, code: () => ({ headers: () => undefined }) },
    principal: { actor: 'user:olga', userId: 'olga' },
    sources: { onceKeys, answers, mark: (text: string) => text }
  } as unknown as Parameters<typeof onlyOnce>[0]
  return { call, clock, refreshed }
}

test('C8 what takes longer than five minutes stays under way, and is done once', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { call, clock, refreshed } = await asking(t)
  const done = await onlyOnce(call, async () => {
    for (let minute = 0; minute < 11; minute++) {
      clock.nowMs += minuteMs
      t.mock.timers.tick(minuteMs)
      await Promise.all(refreshed)
    }
    await rejects(
      onlyOnce(call, async () => 'second'),
      { code: 'SL_KEY_CONFLICT' }
    )
    return 'first'
  })
  equal(done, 'first')
  equal(await onlyOnce(call, async () => 'third'), 'first')
  const count = refreshed.length
  t.mock.timers.tick(10 * minuteMs)
  equal(refreshed.length, count)
})

test('C9 why it failed is told, also where nobody can be told that it may be asked for again', async t => {
  const { call } = await asking(t)
  call.sources.onceKeys.failed = () => Promise.reject(new Error('the store is away'))
  await rejects(
    onlyOnce(call, () => Promise.reject(new Error('no room is left'))),
    { message: 'no room is left' }
  )
})

test('C10 what was made is told to who asked, also where its answer cannot be kept', async t => {
  const { call } = await asking(t)
  call.sources.onceKeys.done = () => Promise.reject(new Error('the store is away'))
  equal(await onlyOnce(call, async () => 'a token that is shown once'), 'a token that is shown once')
})
