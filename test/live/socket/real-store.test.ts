import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { LiveHub } from '../../../src/live/socket/hub.ts'
import { LiveSink } from '../../../src/live/socket/live-sink.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { eventsAfter } from '../../../src/store/events-after.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { storedSoFar } from '../../../src/store/stored-so-far.ts'
import { feeding } from '../../events/feeding.ts'
import { until } from '../../events/until.ts'
import { crossing } from '../../store/records.ts'
import { openSqliteStore } from '../../store/suites/open-store.ts'
import { ScriptedSocket } from './scripted-socket.ts'

type Feeding = Awaited<ReturnType<typeof feeding>>

const records = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => crossing({ n: from + at, afterMs: (from + at) * 40 }))
const idsOf = (from: number, to: number) => records(from, to).map(({ id }) => id)

/** What main is made of, as far as events go: from the logs into the store, and to the live socket. */
async function main(database: StoreDatabase, { feed }: Feeding) {
  const hub = new LiveHub({ history: { after: request => eventsAfter(database, request) }, ringBytes: 4000 })
  const store = new StoreSink(database)
  const feeder = feed([store, new LiveSink(hub, await storedSoFar(database))])
  return {
    hub,
    stored: () => store.snapshot().added,
    comes: (after?: string) => {
      const socket = new ScriptedSocket()
      hub.join(socket)!.message(JSON.stringify({ type: 'subscribe', after: after && { yard: after } }))
      return socket
    },
    ends: async () => {
      await feeder[Symbol.asyncDispose]()
      hub[Symbol.dispose]()
    }
  }
}

test('RS1 who had the first event before main was restarted gets all that followed, once and in order', async t => {
  const database = await openSqliteStore(t)
  await using parts = await feeding()
  await using log = await parts.openLog('worker-1')
  const first = await main(database, parts)
  const before = first.comes()
  await log.append(records(1, 300))
  await until(() => before.events().length === 300 && first.stored() === 300)
  await first.ends()
  await log.append(records(301, 600))

  const second = await main(database, parts)
  const fresh = second.comes()
  const [back, late] = [second.comes(idsOf(1, 1)[0]), second.comes(before.events().at(-1))]
  await log.append(records(601, 700))
  await until(() => back.events().length >= 699 && late.events().length >= 400 && fresh.events().length >= 400)
  await second.ends()

  deepStrictEqual(before.events(), idsOf(1, 300))
  deepStrictEqual(back.events(), idsOf(2, 700))
  deepStrictEqual(late.events(), idsOf(301, 700))
  deepStrictEqual(fresh.events(), idsOf(301, 700))
})
