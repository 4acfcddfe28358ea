import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { needingRestart } from '../../src/config/changed-settings.ts'
import type { Settings } from '../../src/config/settings.ts'

const cases: readonly { rule: string; first: Settings; now: Settings; keys: readonly string[] }[] = [
  { rule: 'what is as before', first: { live: { workers: 2 } }, now: { live: { workers: 2 } }, keys: [] },
  { rule: 'streams', first: { streams: { a: 'demo:' } }, now: { streams: { b: 'demo:' } }, keys: [] },
  { rule: 'what holds at once', first: {}, now: { live: { maxFps: 5 }, retention: { events: '1d' } }, keys: [] },
  {
    rule: 'one key of several',
    first: { live: { workers: 1 } },
    now: { live: { maxFps: 1, workers: 2 } },
    keys: ['live.workers']
  },
  { rule: 'a section that is gone', first: { data: { folder: 'a' } }, now: {}, keys: ['data.folder'] },
  {
    rule: 'a list',
    first: { live: { webrtc: { interfaces: ['eth0'] } } },
    now: { live: { webrtc: { interfaces: [] } } },
    keys: ['live.webrtc.interfaces']
  },
  {
    rule: 'limits, origins, figures and who signs in, which hold at once',
    first: { server: { corsOrigins: [], rateLimits: { reads: 1 } }, telemetry: { metrics: 'open' } },
    now: { server: { trustedProxies: [] }, access: { oidc: { issuer: 'https://a', clientId: 'b' } } },
    keys: []
  }
]
for (const { rule, first, now, keys } of cases)
  test(`CH1 what needs a restart: ${rule}`, () => deepStrictEqual(needingRestart(first, now), keys))
