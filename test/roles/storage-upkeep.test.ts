import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { dataFolder } from '../../src/core/data-folder.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { createLog } from '../../src/core/log.ts'
import { EventLog } from '../../src/events/event-log.ts'
import type { Sink } from '../../src/events/sink.ts'
import { retentionPolicy } from '../../src/retention/retention-policy.ts'
import { ownFolder } from '../../src/roles/own-folder.ts'
import { openStorage } from '../../src/roles/storage.ts'
import { StorageUpkeep } from '../../src/roles/storage-upkeep.ts'
import { OnceKeys } from '../../src/store/once-keys.ts'
import { numberedEvents } from '../events/scripted-records.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Takes nothing, for ever. */
const stuck: Sink = {
  name: 'stuck',
  required: false,
  position: async () => 1,
  take: async () => {
    throw new SightlineError('SL_STORE_UNAVAILABLE', 'It is away.', { retryable: true })
  },
  forget: async () => undefined
}

/** How long it takes until a log goes that the store has, and another sink has not; undefined where it is kept for so long. */
async function goneMs(budget: string, mostMs: number): Promise<number | undefined> {
  await using scratch = await temporaryFolder()
  const folder = dataFolder(scratch.path)
  await using _own = await ownFolder(folder)
  const onFatal = () => undefined
  await using storage = await openStorage({ folder, url: undefined, environment: {}, onFatal })
  {
    await using log = await EventLog.open({ logs: folder.logs, name: 'worker-1' })
    await log.append(numberedEvents(1, 500).map(event => ({ ...event, atMs: Date.now() })))
  }
  const policy = retentionPolicy({ budgets: { log: budget } })
  const log = createLog('silent')
  await using _upkeep = await StorageUpkeep.start(storage, { folder, policy, log, sinks: [stuck] })
  const stored = async () => (await storage.sink.position('worker-1')) > 500
  const path = join(folder.logs, 'worker-1')
  const begunMs = performance.now()
  const isOver = async () => performance.now() - begunMs > mostMs && (await stored())
  while (existsSync(path)) {
    if (await isOver()) return undefined
    ok(performance.now() - begunMs < 180_000, 'neither the store has it nor is it gone')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return performance.now() - begunMs
}

test('U1 the log has the budget of the settings: beyond it nothing is kept for sinks that are not required', async () => {
  const tookMs = await goneMs('1kB', 60_000)
  ok(tookMs !== undefined)
  equal(await goneMs('1GB', Math.max(3000, 2 * tookMs)), undefined)
})

test('U2 answers that were kept for a day go though nobody asks for anything', async () => {
  await using scratch = await temporaryFolder()
  const folder = dataFolder(scratch.path)
  await using _own = await ownFolder(folder)
  await using storage = await openStorage({ folder, url: undefined, environment: {}, onFatal: () => undefined })
  const before = new OnceKeys(storage.database, () => Date.now() - 86_400_001)
  await before.begin({ actor: 'user:olga', key: 'k1', request: 'a' })
  const policy = retentionPolicy({})
  {
    await using _upkeep = await StorageUpkeep.start(storage, { folder, policy, log: createLog('silent') })
  }
  deepStrictEqual(await storage.database.sql.selectFrom('once_keys').selectAll().execute(), [])
})
