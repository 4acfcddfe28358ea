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
