import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { HistoryReader } from '../../../src/live/socket/event-history.ts'
import { crossing } from '../../store/records.ts'

const limits = { parallel: 2, events: 64, bytes: 1 << 20 }

test('EH1 however many ask, the store has no more than so many questions at a time, and answers all', async () => {
  let most = 0
  const waiting: (() => void)[] = []
  const reader = new HistoryReader(
    {
      after: () => {
        const answer = Promise.withResolvers<[]>()
        waiting.push(() => answer.resolve([]))
        most = Math.max(most, waiting.length)
        return answer.promise
      }
    },
    limits
  )
  const all = Promise.all(
    Array.from({ length: 9 }, (_, n) => reader.read('yard', { id: `yard/1/${n}`, inclusive: true }))
  )
  for (let round = 0; round < 9; round++) {
    await new Promise(setImmediate)
    waiting.shift()?.()
  }
  strictEqual((await all).length, 9)
  deepStrictEqual([most, reader.reads], [2, 9])
})

test('EH2 an answer has no more bytes than so many, but one event at least', async () => {
  const { atMs, body: event } = crossing({ n: 1 })
  const page = Array.from({ length: 10 }, () => ({ atMs, event }))
  const bytesOf = async (bytes: number) => {
    const reader = new HistoryReader({ after: async () => page }, { ...limits, bytes })
    return (await reader.read('yard', { id: event.id, inclusive: true }))?.events.length
  }
  const one = Buffer.byteLength(JSON.stringify(event)) + 100
  deepStrictEqual([await bytesOf(1), await bytesOf(4 * one)], [1, 4])
})
