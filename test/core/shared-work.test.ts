import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { SharedWork } from '../../src/core/shared-work.ts'

function scene() {
  const work = new SharedWork<string>()
  const begun: PromiseWithResolvers<string>[] = []
  const join = (key: string) =>
    work.join(key, () => {
      begun.push(Promise.withResolvers())
      return begun.at(-1)!.promise
    })
  return { begun, join }
}

test('who asks while work goes on waits for that, and other work begins beside it', async () => {
  const { begun, join } = scene()
  const asked = [join('a'), join('a'), join('b')]
  strictEqual(begun.length, 2)
  begun[0]!.resolve('one')
  begun[1]!.resolve('two')
  deepStrictEqual(await Promise.all(asked), ['one', 'one', 'two'])
})

test('what began after it is not forgotten when the others who waited for it go on', async () => {
  const { begun, join } = scene()
  const next = join('a').then(() => join('a'))
  const other = join('a').catch(() => undefined)
  begun[0]!.resolve('first')
  await other
  const late = join('a')
  strictEqual(begun.length, 2)
  begun[1]!.resolve('second')
  deepStrictEqual(await Promise.all([next, late]), ['second', 'second'])
})

test('work that failed is not kept', async () => {
  const { begun, join } = scene()
  const failed = join('a').catch((error: Error) => error.message)
  begun[0]!.reject(new Error('no'))
  strictEqual(await failed, 'no')
  const again = join('a')
  begun[1]!.resolve('yes')
  strictEqual(await again, 'yes')
})
