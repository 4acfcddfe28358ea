import { deepStrictEqual, doesNotMatch, doesNotThrow, throws } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { requireStrongSecrets } from '../../src/commands/production.ts'
import { openOidc } from '../../src/roles/oidc.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

for (const name of ['SIGHTLINE_SECRET_KEY', 'SIGHTLINE_S3_SECRET_ACCESS_KEY', 'SIGHTLINE_OIDC_CLIENT_SECRET'])
  test(`PR1 in production a short ${name} is refused by its name, and not shown`, () => {
    throws(
      () => requireStrongSecrets({ [name]: 'kestrel7' }, undefined),
      error => error instanceof Error && error.message.includes(name) && !error.message.includes('kestrel7')
    )
    doesNotThrow(() => requireStrongSecrets({ [name]: 'f3a9c1d07be24586a1c09d3e5b7f8024' }, undefined))
  })

const strong = 'f3a9c1d07be24586'
for (const [password, isTaken] of [
  ['kestrel7', false],
  ['sightline12345', false],
  ['aaaaaaaaaaaaaaaa', false],
  [strong, true]
] as const)
  test(`PR3 in production the database’s password ${password.slice(0, 9)}… is ${isTaken ? 'taken' : 'refused, and not shown'}`, () => {
    const look = () => requireStrongSecrets({}, `postgres://sightline:${password}@10.0.0.5/sightline`)
    if (isTaken) return doesNotThrow(look)
    throws(
      look,
      error => error instanceof Error && /of the database/.test(error.message) && !error.message.includes(password)
    )
  })

for (const [rule, secret, isProduction, code] of [
  ['a short one is refused in production', 'kestrel7', true, 'SL_SECRET_WEAK'],
  ['a known one is refused in production', 'changeme1234567890', true, 'SL_SECRET_WEAK'],
  ['a long one is taken', strong, true, undefined],
  ['a short one is taken elsewhere', 'kestrel7', false, undefined]
] as const)
  test(`PR4 of secrets at an identity provider that lie in a file, ${rule}`, async () => {
    await using folder = await temporaryFolder()
    const clientSecretFile = join(folder.path, 'secret')
    await writeFile(clientSecretFile, `${secret}\n`)
    const oidc = { issuer: 'https://id.example', clientId: 'sightline', clientSecretFile }
    const opened = await openOidc({ oidc }, {}, { isProduction }).catch(error => error)
    deepStrictEqual([opened.code, opened.secret], [code, code ? undefined : secret])
    doesNotMatch(String(opened.message), /kestrel7|changeme/)
  })

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
