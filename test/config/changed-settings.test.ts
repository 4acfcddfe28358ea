import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { needingRestart } from '../../src/config/changed-settings.ts'

const cases = [
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
    first: { server: { trustedProxies: ['10.0.0.1'] } },
    now: { server: { trustedProxies: [] } },
    keys: ['server.trustedProxies']
  },
  {
    rule: 'the one budget that is in use already',
    first: {},
    now: { retention: { budgets: { log: '1GB', media: '1GB' } } },
    keys: ['retention.budgets.log']
  }
]
for (const { rule, first, now, keys } of cases)
  test(`CH1 what needs a restart: ${rule}`, () => deepStrictEqual(needingRestart(first, now), keys))
