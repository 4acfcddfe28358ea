import { doesNotThrow, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { requireStrongSecrets } from '../../src/commands/production.ts'

for (const name of ['SIGHTLINE_SECRET_KEY', 'SIGHTLINE_S3_SECRET_ACCESS_KEY', 'SIGHTLINE_OIDC_CLIENT_SECRET'])
  test(`PR1 in production a short ${name} is refused by its name, and not shown`, () => {
    throws(
      () => requireStrongSecrets({ [name]: 'kestrel7' }, undefined),
      error => error instanceof Error && error.message.includes(name) && !error.message.includes('kestrel7')
    )
    doesNotThrow(() => requireStrongSecrets({ [name]: 'f3a9c1d07be24586a1c09d3e5b7f8024' }, undefined))
  })

const strong = 'f3a9c1d07be24586'
const redis = [
  { url: 'redis://10.0.0.5:6379', isTaken: false, rule: 'none, where others reach it' },
  { url: 'rediss://cache.example:6379', isTaken: false, rule: 'none, by a name' },
  { url: 'redis://:kestrel7@10.0.0.5:6379', isTaken: false, rule: 'a short one' },
  { url: 'redis://:password12345@127.0.0.1', isTaken: false, rule: 'a known one, here too' },
  { url: `redis://:${strong}@10.0.0.5:6379`, isTaken: true, rule: 'a long one' },
  { url: 'redis://127.0.0.1:6379', isTaken: true, rule: 'none, on this machine' },
  { url: 'redis://[::1]:6379', isTaken: true, rule: 'none, on this machine by IPv6' },
  { url: 'redis://localhost', isTaken: true, rule: 'none, on this machine by name' }
]
for (const { url, isTaken, rule } of redis)
  test(`PR2 in production a password of Redis is ${isTaken ? 'taken' : 'refused'}: ${rule}`, () => {
    const look = () => requireStrongSecrets({ SIGHTLINE_REDIS_URL: url }, undefined)
    if (isTaken) return doesNotThrow(look)
    throws(
      look,
      error => error instanceof Error && /of Redis/.test(error.message) && !error.message.includes('kestrel7')
    )
  })
