import type { TelemetrySettings } from '../config/telemetry-settings.ts'
import { SightlineError } from '../core/errors.ts'

/** Where traces go, and how many. */
export interface TracePlan {
  /** Of a collector's OTLP over HTTP. */
  readonly url: string
  /** Secret. */
  readonly headers: Readonly<Record<string, string>>
  /** Share of requests that are followed. */
  readonly requests: number
  /** Frames of each stream that are followed in a minute. */
  readonly framesPerMinute: number
  /** What the collector is told of who sends: service.name and what $OTEL_RESOURCE_ATTRIBUTES says. */
  readonly about: Readonly<Record<string, string>>
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Undefined where nobody wants traces. OpenTelemetry's own variables count before the settings.
 * @throws SL_CONFIG_INVALID for an address that is none
 */
export function tracePlan(
  { traces = {} }: TelemetrySettings,
  environment: Environment,
  version: string
): TracePlan | undefined {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || environment.OTEL_TRACES_EXPORTER === 'none')
    return undefined
  const url = address(environment) ?? traces.endpoint
  if (url === undefined) return undefined
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new SightlineError(
      'SL_CONFIG_INVALID',
      'The address for traces (OTEL_EXPORTER_OTLP_ENDPOINT) is no http:// or https:// address.'
    )
  const { OTEL_TRACES_SAMPLER: sampler = '', OTEL_TRACES_SAMPLER_ARG: share = '' } = environment
  return {
    url,
    headers: {
      ...pairs(environment.OTEL_EXPORTER_OTLP_HEADERS),
      ...pairs(environment.OTEL_EXPORTER_OTLP_TRACES_HEADERS)
    },
    requests: sampled(sampler, share) ?? traces.requests ?? 0.05,
    framesPerMinute: traces.framesPerMinute ?? 6,
    about: {
      'service.version': version,
      ...pairs(environment.OTEL_RESOURCE_ATTRIBUTES),
      'service.name':
        environment.OTEL_SERVICE_NAME || pairs(environment.OTEL_RESOURCE_ATTRIBUTES)['service.name'] || 'sightline'
    }
  }
}

function address({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own, OTEL_EXPORTER_OTLP_ENDPOINT: all }: Environment) {
  if (own) return own
  return all ? `${all.replace(/\/+$/, '')}/v1/traces` : undefined
}

function sampled(sampler: string, share: string): number | undefined {
  if (sampler.endsWith('always_off')) return 0
  if (sampler.endsWith('always_on')) return 1
  if (!sampler.endsWith('traceidratio')) return undefined
  const value = Number(share || '1')
  return value >= 0 && value <= 1 ? value : undefined
}

/** `name=value,name=value`, each percent-encoded. */
function pairs(text = ''): Record<string, string> {
  const found = text.split(',').flatMap(pair => {
    const at = pair.indexOf('=')
    return at > 0 ? [[decoded(pair.slice(0, at).trim()), decoded(pair.slice(at + 1).trim())] as const] : []
  })
  return Object.fromEntries(found)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
