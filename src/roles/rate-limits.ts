import { RequestLimits } from '../api/limits/request-limits.ts'
import type { TrustedProxies } from '../api/trusted-proxies.ts'
import type { ServerSettings } from '../config/server-settings.ts'
import { SightlineError } from '../core/errors.ts'
import type { Health } from '../core/health.ts'

export interface OpenedLimits extends Health, AsyncDisposable {
  /** Undefined where nothing is limited, now and later. */
  readonly limits: RequestLimits | undefined
}

/**
 * What requests are limited by: counted in $SIGHTLINE_REDIS_URL, which gateways share, or here.
 * With $SIGHTLINE_RATE_LIMITS=off nothing is, whatever else is said: for measurements.
 * @throws SL_CONFIG_INVALID for an address that is none of Redis
 */
export async function openLimits(
  settings: ServerSettings['rateLimits'],
  { SIGHTLINE_REDIS_URL: url, SIGHTLINE_RATE_LIMITS: off }: Readonly<Record<string, string | undefined>>,
  proxies: TrustedProxies | undefined
): Promise<OpenedLimits> {
  if (off === 'off') return { limits: undefined, problems: () => [], [Symbol.asyncDispose]: done }
  const shared = url ? await openRedis(checked(url)) : undefined
  return {
    limits: new RequestLimits({
      limits: settings,
      ...(shared && { store: shared }),
      ...(proxies && { proxies })
    }),
    problems: () => shared?.problems() ?? [],
    [Symbol.asyncDispose]: () => shared?.[Symbol.asyncDispose]() ?? done()
  }
}

/** Its client takes 15 MB: only where there is one. */
async function openRedis(url: string) {
  const { RedisRates } = await import('../api/limits/redis-rates.ts')
  return new RedisRates(url)
}

async function done(): Promise<void> {}

function checked(url: string): string {
  if (/^rediss?:\/\/[^\s/]+/.test(url) && URL.canParse(url)) return url
  throw new SightlineError(
    'SL_CONFIG_INVALID',
    'SIGHTLINE_REDIS_URL is no address of a Redis: write redis://[:password@]host:6379, or rediss:// for TLS.'
  )
}
