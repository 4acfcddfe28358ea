import type { ForeignOrigins } from '../../api/foreign-origins.ts'
import type { Identity } from '../../api/identity/identity.ts'
import type { RequestLimits } from '../../api/limits/request-limits.ts'
import { TrustedProxies } from '../../api/trusted-proxies.ts'
import type { Environment } from '../../config/environment-settings.ts'
import { filledModels } from '../../config/filled-address.ts'
import { EgressGuard } from '../../media/egress/guard.ts'
import { retentionPolicy } from '../../retention/retention-policy.ts'
import type { Gateway } from '../gateway.ts'
import type { Live } from '../live.ts'
import { openOidc } from '../oidc.ts'
import type { StorageUpkeep } from '../storage-upkeep.ts'
import type { Telemetry } from '../telemetry.ts'
import type { SettingsDesk } from './settings-desk.ts'

/** What of a server is as the settings say, from one moment to the next. */
export interface FollowingParts {
  readonly environment: Environment
  readonly proxies: TrustedProxies
  readonly origins: ForeignOrigins
  readonly limits: RequestLimits | undefined
  readonly telemetry: Telemetry
  readonly live: Live
  readonly identity: Identity
  readonly gateway: Gateway
  /** Undefined until the store is open. */
  readonly upkeep: () => StorageUpkeep | undefined
}

/** Has each part take over what is said of it from now on. What is not here looks at the settings whenever it needs them. */
export function followSettings(settings: SettingsDesk, parts: FollowingParts): void {
  const { environment, proxies, origins, limits, telemetry, live, identity, gateway, upkeep } = parts
  settings.follow('server.trustedProxies', ({ server = {} }) => {
    const ranges = server.trustedProxies ?? []
    new TrustedProxies(ranges) // Refuses what is no address.
    return () => proxies.follow(ranges)
  })
  settings.follow('cameraApi.allow', ({ cameraApi }) => {
    new TrustedProxies(cameraApi?.allow)
    return () => undefined
  })
  settings.follow(
    'server.corsOrigins',
    ({ server }) =>
      () =>
        origins.follow(server?.corsOrigins ?? [])
  )
  settings.follow(
    'server.rateLimits',
    ({ server }) =>
      () =>
        limits?.follow(server?.rateLimits)
  )
  settings.follow('telemetry', next => telemetry.follow(next))
  settings.follow('sources', ({ live: common = {}, sources = {}, models }) => {
    new EgressGuard(sources) // Refuses what is no rule.
    return () => {
      live.follow(common, sources, models?.batch)
      live.tell()
    }
  })
  settings.follow('models.remote', ({ models }) => {
    const filled = filledModels(models, environment)
    return () => live.followRemotes(filled?.remote)
  })
  settings.follow('access.oidc', async ({ access, server }) => {
    const isProduction = server?.production ?? environment.NODE_ENV === 'production'
    const provider = await openOidc(access, environment, { isProduction })
    return () => identity.oidc.follow(provider)
  })
  settings.follow('uploads', next => gateway.follow(next))
  settings.follow('retention', ({ retention }) => {
    const policy = retentionPolicy(retention)
    return () => upkeep()?.follow(policy)
  })
}
