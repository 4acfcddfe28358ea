import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { OnceKeys } from '../../../src/store/once-keys.ts'
import type { OpenStore } from './open-store.ts'

const asked = { actor: 'user:anna', key: 'k1', request: 'a' }
const day = 86_400_000

/** What was asked for under a key, on any database. */
export function onceKeysSuite(open: OpenStore): void {
  test('O1 what was done under a key is known, with its answer, for a day', async t => {
    let now = 1e12
    const keys = new OnceKeys(await open(t), () => now)
    strictEqual(await keys.begin(asked), 'begun')
    await keys.done(asked, { status: 201 })
    now += day
    deepStrictEqual(await keys.begin(asked), { answer: { status: 201 } })
    now += 1
    strictEqual(await keys.begin(asked), 'begun')
  })

  test('O2 of two at once one begins, and the other learns that it is under way', async t => {
    const keys = new OnceKeys(await open(t))
    const states = await Promise.all([keys.begin(asked), keys.begin(asked)])
    deepStrictEqual(states.sort(), ['begun', 'under-way'])
  })

  test('O3 another request under the same key is told apart, another person’s key is another key', async t => {
    const keys = new OnceKeys(await open(t))
    await keys.begin(asked)
    strictEqual(await keys.begin({ ...asked, request: 'b' }), 'other')
    strictEqual(await keys.begin({ ...asked, actor: 'user:ben' }), 'begun')
  })

  test('O4 what failed may be asked for again, and what a process that is gone left undone', async t => {
    let now = 1e12
    const keys = new OnceKeys(await open(t), () => now)
    await keys.begin(asked)
    await keys.failed(asked)
    strictEqual(await keys.begin(asked), 'begun')
    now += 300_001
    strictEqual(await keys.begin(asked), 'begun')
    strictEqual(await keys.begin(asked), 'under-way')
  })

  test('O5 what is still being done is under way, and what was answered is not touched again', async t => {
    let now = 1e12
    const keys = new OnceKeys(await open(t), () => now)
    await keys.begin(asked)
    now += 200_000
    await keys.refresh(asked)
    now += 200_000
    strictEqual(await keys.begin(asked), 'under-way')
    await keys.failed({ ...asked, request: 'b' })
    await keys.done(asked, 'first')
    await keys.done(asked, 'second')
    await keys.failed(asked)
    deepStrictEqual(await keys.begin(asked), { answer: 'first' })
  })

  test('O6 answers are forgotten after a day, whoever asks for whatever or does not', async t => {
    let now = 1e12
    const store = await open(t)
    const keys = new OnceKeys(store, () => now)
    await keys.begin(asked)
    await keys.done(asked, 'sealed')
    now += day
    await keys.begin({ ...asked, key: 'k2' })
    await keys.forget()
    deepStrictEqual(await keys.begin(asked), { answer: 'sealed' })
    now += 1
    await keys.forget()
    deepStrictEqual(await store.sql.selectFrom('once_keys').select('key').execute(), [{ key: 'k2' }])
  })
}
