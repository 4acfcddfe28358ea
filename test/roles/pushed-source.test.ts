import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { PushedSource } from '../../src/roles/streams/pushed-source.ts'

const format = { codec: 'vp8', parameterSets: Buffer.alloc(0) } as const
const unit = (isKey: boolean, sourceMs: number) => ({ data: Buffer.of(1), isKey, sourceMs, arrivedMs: sourceMs })

test('PU1 a connection that was lost while its sender goes on has a key frame asked for, until it comes', async () => {
  let asked = 0
  const source = new PushedSource('phone', () => asked++)
  source.push(unit(true, 0), format, 'WHIP')
  const lost = await source.connect(new AbortController().signal)
  await lost[Symbol.asyncDispose]()
  for (const [index, isKey] of [false, false, true, false].entries()) source.push(unit(isKey, index), undefined, 'WHIP')
  const again = await source.connect(new AbortController().signal)
  source.end()
  const came = await Array.fromAsync(again.units(), ({ isKey }) => isKey)
  deepStrictEqual([asked, came], [2, [true, false]])
})

test('PU2 who has waited for one sender after another is told of the end no more often than once', async () => {
  const source = new PushedSource('phone', () => undefined)
  const { signal } = new AbortController()
  for (let sender = 0; sender < 3; sender++) {
    const arriving = source.connect(signal)
    source.push(unit(true, sender), format, 'WHIP')
    await arriving
    source.end()
  }
  strictEqual(getEventListeners(signal, 'abort').length, 0)
})

test('PU3 nobody waits for a sender who was told to stop before', async () => {
  const source = new PushedSource('phone', () => undefined)
  await rejects(source.connect(AbortSignal.abort()), { code: 'SL_CANCELLED' })
})

test('PU4 where so much waits that pictures are left out, a key frame is asked for until it comes', () => {
  let asked = 0
  const source = new PushedSource('phone', () => asked++)
  source.push(unit(true, 0), format, 'WHIP')
  for (let sent = 1; sent < 90; sent++) source.push(unit(false, sent), undefined, 'WHIP')
  strictEqual(asked, 0)
  for (const [index, isKey] of [false, false, true, false].entries())
    source.push(unit(isKey, 90 + index), undefined, 'WHIP')
  strictEqual(asked, 2)
})

test('PU5 one that missed how pictures are encoded, as its former self was told of it, asks until it is told, too', async () => {
  let asked = 0
  const source = new PushedSource('phone', () => asked++)
  const arriving = source.connect(new AbortController().signal)
  for (const [index, isKey] of [true, false, true].entries()) source.push(unit(isKey, index), undefined, 'WHIP')
  strictEqual(asked, 3)
  source.push(unit(true, 3), format, 'WHIP')
  deepStrictEqual([(await arriving).format, asked], [format, 3])
})
