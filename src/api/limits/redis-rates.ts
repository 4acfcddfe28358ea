import { Redis } from 'ioredis'
import type { Health, Problem } from '../../core/health.ts'
import { MemoryRates } from './memory-rates.ts'
import { minuteMs, type RateStore, roundingMs, type Taken } from './rate-store.ts'

/** As `MemoryRates` has it, by the clock of Redis: those of gateways differ. */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local before = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
local after = before + ${minuteMs} / tonumber(ARGV[1])
if after - now > ${minuteMs + roundingMs} then return { 0, math.ceil(before - now) } end
redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', math.ceil(after - now))
return { 1, math.ceil(after - now) }`

type WithTake = Redis & { sightlineTake(key: string, perMinute: number): Promise<[number, number]> }

/** An answer that takes longer is no use: then each gateway counts for itself, until Redis answers again. */
const answerMs = 250

/** Counts in a Redis that gateways share. While that is away each counts for itself, and `/readyz` says so. */
export class RedisRates implements RateStore, Health, AsyncDisposable {
  readonly #redis: WithTake
  readonly #memory = new MemoryRates()
  #awaySinceMs: number | undefined

  /** @param url `redis://` or `rediss://`; never told to anybody, since it may have a password in it */
  constructor(url: string) {
    this.#redis = new Redis(url, {
      connectTimeout: 2000,
      commandTimeout: answerMs,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      retryStrategy: attempt => Math.min(attempt * 200, 5000)
    }) as WithTake
    this.#redis.defineCommand('sightlineTake', { numberOfKeys: 1, lua: script })
    this.#redis.on('error', () => undefined) // Each request finds out by itself.
  }

  async take(key: string, perMinute: number): Promise<Taken> {
    if (this.#redis.status !== 'ready') return this.#alone(key, perMinute)
    try {
      const [isAllowed, aheadMs] = await this.#redis.sightlineTake(`sightline:rate:${key}`, perMinute)
      this.#awaySinceMs = undefined
      return { isAllowed: isAllowed === 1, aheadMs }
    } catch {
      return this.#alone(key, perMinute)
    }
  }

  problems(): readonly Problem[] {
    if (this.#awaySinceMs === undefined && this.#redis.status === 'ready') return []
    const message =
      'Redis does not answer: each gateway counts requests for itself. Look at SIGHTLINE_REDIS_URL and at Redis.'
    return [{ part: 'redis', code: 'SL_REDIS_UNAVAILABLE', message, sinceMs: this.#awaySinceMs ?? Date.now() }]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#redis.disconnect()
  }

  #alone(key: string, perMinute: number): Taken {
    this.#awaySinceMs ??= Date.now()
    return this.#memory.take(key, perMinute)
  }
}
