import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { AccessUnit } from '../../../src/media/sources/source.ts'
import { UnitQueue } from '../../../src/media/sources/unit-queue.ts'

const unit = (sourceMs: number, isKey = false, bytes = 10, arrivedMs = 0): AccessUnit => ({
  ...{ sourceMs, isKey, arrivedMs },
  data: Buffer.alloc(bytes)
})

async function timesOf(queue: UnitQueue): Promise<number[]> {
  const times: number[] = []
  for await (const { sourceMs } of queue.units()) times.push(sourceMs)
  return times
}

test('Q1 units come out as they went in, and then it ends', async () => {
  const queue = new UnitQueue()
  queue.push(unit(1, true))
  queue.push(unit(2))
  queue.end()
  deepStrictEqual(await timesOf(queue), [1, 2])
})

test('Q2 who waits gets the next one', async () => {
  const queue = new UnitQueue()
  const units = queue.units()
  const next = units.next()
  queue.push(unit(7, true))
  strictEqual((await next).value?.sourceMs, 7)
})

test('Q3 an error comes behind what was there', async () => {
  const queue = new UnitQueue()
  queue.push(unit(1, true))
  queue.end(new Error('gone'))
  const units = queue.units()
  strictEqual((await units.next()).value?.sourceMs, 1)
  await rejects(units.next(), /gone/)
})

test('Q4 where nobody takes them, it goes on with the next key frame, and says how many it left out', async () => {
  const queue = new UnitQueue()
  for (let time = 0; time < 95; time++) queue.push(unit(time, time === 0))
  queue.push(unit(95, true))
  queue.push(unit(96))
  queue.end()
  deepStrictEqual([await timesOf(queue), queue.dropped], [[95, 96], 95])
})

test('Q5 it keeps no more bytes than it may', async () => {
  const queue = new UnitQueue()
  for (let time = 0; time < 10; time++) queue.push(unit(time, true, 3 << 20))
  queue.end()
  deepStrictEqual(await timesOf(queue), [8, 9])
})

test('Q7 nor for longer than three seconds, however few they are', async () => {
  const queue = new UnitQueue()
  for (let second = 0; second < 10; second++) queue.push(unit(second, second % 2 === 0, 10, second * 1000))
  queue.end()
  deepStrictEqual([await timesOf(queue), queue.dropped], [[8, 9], 8])
})

test('Q6 what comes after the end is not taken', async () => {
  const queue = new UnitQueue()
  queue.end()
  queue.push(unit(1, true))
  deepStrictEqual(await timesOf(queue), [])
})
