import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { RedisRates } from '../../src/api/limits/redis-rates.ts'
import { findRedis, startRedis } from './redis-server.ts'

let missing: string | undefined
before(() => {
  missing = findRedis()?.missing
})

test('RR1 gateways that share a Redis count together', async t => {
  if (missing) return t.skip(missing)
  await using redis = await startRedis()
  await using one = await connected(redis.url)
  await using other = await connected(redis.url)
  const asked: boolean[] = []
  for (let index = 0; index < 5; index++) asked.push((await (index % 2 ? one : other).take('anna', 4)).isAllowed)
  deepStrictEqual(asked, [true, true, true, true, false])
  ok((await one.take('ben', 4)).isAllowed)
})

test('RR2 while Redis is away each counts for itself and says so, and together again once it is back', async t => {
  if (missing) return t.skip(missing)
  await using redis = await startRedis()
  await using rates = await connected(redis.url)
  await redis.stop()
  const asked = [await rates.take('anna', 1), await rates.take('anna', 1)]
  deepStrictEqual(
    asked.map(({ isAllowed }) => isAllowed),
    [true, false]
  )
  const [problem] = rates.problems()
  equal(problem?.code, 'SL_REDIS_UNAVAILABLE')
  ok(!JSON.stringify(problem).includes('canary'))
  await redis.start()
  while (rates.problems().length > 0) {
    await rates.take('somebody', 1000)
    await pause(20)
  }
  ok((await rates.take('anna', 1)).isAllowed)
})

/** As it is once it has reached its Redis. */
async function connected(url: string): Promise<RedisRates> {
  const rates = new RedisRates(url)
  while (rates.problems().length > 0) {
    await pause(10)
    await rates.take('somebody', 1000)
  }
  return rates
}
