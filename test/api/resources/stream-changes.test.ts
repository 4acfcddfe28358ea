import { deepStrictEqual, equal, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Principal } from '../../../src/access/principal.ts'
import type { Sources } from '../../../src/api/resources/sources.ts'
import { addStream, changeStream } from '../../../src/api/resources/stream-changes.ts'
import { SightlineError } from '../../../src/core/errors.ts'
import { Audit } from '../../../src/store/audit.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { Sites } from '../../../src/store/sites.ts'
import { Streams } from '../../../src/store/streams.ts'
import { admin } from '../../support/let-in.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A stream `yard` and two sites; `told` is what its control was told. */
async function yard(t: TestContext, requireRoomToShare = async () => {}) {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await temporaryFolder())
  const database = opened.use(await openDatabase({ file: join(folder.path, 'store.sqlite') }))
  const [streams, sites] = [new Streams(database), new Sites(database)]
  for (const id of ['berlin', 'paris']) await sites.create({ id, title: id, timeZone: 'UTC', createdMs: 1 })
  await streams.create({ name: 'yard', title: 'Yard', site: null, source: 'demo:', settings: {}, createdMs: 1 })
  const told: string[] = []
  const control = {
    find: () => undefined,
    checkChange: () => undefined,
    add: async (name: string) => void told.push(`add ${name}`),
    change: async (name: string) => void told.push(`change ${name}`)
  } as unknown as Sources['control']
  const kept = opened.move()
  t.after(() => kept.disposeAsync())
  const rest = { live: { figures: () => new Map() }, audit: new Audit(database), share: async () => undefined }
  return { sources: { ...rest, streams, sites, control, requireRoomToShare }, told }
}

test('ST1 where somebody else has placed the stream meanwhile, a change of its place and its settings is made in no part', async t => {
  const { sources, told } = await yard(t)
  const seen = { name: 'yard', site: null, origin: 'added', isOverFile: false, settings: {} } as const
  await sources.streams.change('yard', { site: 'paris' })
  const late = changeStream(sources, admin, 'yard', { site: 'berlin', maxFps: 5 }, seen)
  await rejects(late, { code: 'SL_PRECONDITION_FAILED' })
  deepStrictEqual(told, [])
  await changeStream(sources, admin, 'yard', { site: 'berlin', maxFps: 5 }, { ...seen, site: 'paris' })
  deepStrictEqual([told, (await sources.streams.byName('yard'))?.site], [['change yard'], 'berlin'])
})

test('ST2 who may be granted no more streams makes none', async t => {
  const refusal = new SightlineError('SL_LIMIT_REACHED', 'There are many.')
  const { sources, told } = await yard(t, () => Promise.reject(refusal))
  const olga: Principal = { ...admin, role: 'operator', operating: new Set(['yard']) }
  await rejects(addStream(sources, olga, { name: 'door', source: 'demo:' }), refusal)
  equal(told.length, 0)
})
