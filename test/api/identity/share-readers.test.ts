import { deepStrictEqual } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { Principals } from '../../../src/api/identity/principals.ts'
import { ShareReaders } from '../../../src/api/identity/share-readers.ts'
import { accessStores } from '../../../src/roles/access.ts'
import { keepRecording } from '../../../src/store/jobs-results.ts'
import { openSqliteStore } from '../../store/suites/open-store.ts'

test('SR1 whoever reads by a link is nobody from the moment on at which it ends, also where they stay', async t => {
  const database = await openSqliteStore(t)
  const stores = accessStores(database)
  let now = 1000
  const readers = new ShareReaders(
    () => stores,
    new Principals(
      () => stores,
      () => now
    ),
    () => now
  )
  await stores.users.create({ id: 'u1', name: 'root', role: 'admin', password: null, createdMs: 1, disabledMs: null })
  await keepRecording(database, {
    ...{ id: 'match', stream: 'yard', epoch: 1, title: 'Match', asset: null, facts: '{}' },
    ...{ started_ms: 1, duration_ms: 1, created_ms: 1 }
  })
  const wish = { recording: 'match', userId: 'u1', title: null, createdMs: 1000, expiresMs: 2000 }
  const { id, secret } = await stores.shareLinks.issue(wish)
  const request = {
    url: `/api/v1/shared/${id}/video`,
    headers: { cookie: `a=b; sightline-share=${secret}` },
    socket: {}
  }
  const caller = await readers.who(request as unknown as IncomingMessage)
  deepStrictEqual([caller?.principal.actor, caller?.principal.viewing], [`share-link:${id}`, new Set()])
  now = 1999
  deepStrictEqual((await caller?.again())?.actor, `share-link:${id}`)
  now = 2000
  deepStrictEqual(await caller?.again(), undefined)
})

test('SR2 what is no secret by its form is looked up by nobody: a stranger’s headers take no memory', async t => {
  const database = await openSqliteStore(t)
  const stores = accessStores(database)
  let asked = 0
  const counted = () => {
    asked++
    return stores
  }
  const readers = new ShareReaders(counted, new Principals(() => stores))
  const id = randomUUID()
  const shown = (secret: string) =>
    readers.who({
      url: `/api/v1/shared/${id}`,
      headers: { cookie: `sightline-share=${secret}` },
      socket: {}
    } as unknown as IncomingMessage)
  for (const secret of ['', 'x', 'x'.repeat(47), `sll_${'x'.repeat(12_000)}`])
    deepStrictEqual(await shown(secret), undefined)
  deepStrictEqual(asked, 0)
  deepStrictEqual(await shown(`sll_${'x'.repeat(43)}`), undefined)
  deepStrictEqual(asked, 1)
})
