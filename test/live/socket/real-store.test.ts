import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Sink } from '../../../src/events/sink.ts'
import { LiveHub } from '../../../src/live/socket/hub.ts'
import { LiveSink } from '../../../src/live/socket/live-sink.ts'
import { FormerLogs } from '../../../src/roles/former-logs.ts'
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
async function main(database: StoreDatabase, { feed, logs }: Feeding, storeAs = (sink: Sink) => sink) {
  const former = new FormerLogs(logs)
  const history = { after: eventsAfter.bind(undefined, database), isWhole: () => former.areStored() }
  const hub = new LiveHub({ history, ringBytes: 4000 })
  const store = new StoreSink(database)
  const liveSink = new LiveSink(hub, { positions: await storedSoFar(database), former: former.names })
  const feeder = feed([storeAs(store), liveSink])
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

test('RS2 while the store lacks what a former worker logged, nobody is led past it', async t => {
  const database = await openSqliteStore(t)
  await using parts = await feeding()
  const [former, latter] = [await parts.openLog('live-1'), await parts.openLog('live-2')]
  const released = Promise.withResolvers<void>()
  const late = (sink: Sink): Sink => ({
    name: sink.name,
    required: true,
    position: log => sink.position(log),
    forget: log => sink.forget(log),
    take: async batch => {
      if (batch.log === 'live-1' && batch.nextSeq > 11) await released.promise
      return sink.take(batch)
    }
  })
  const next = Array.from({ length: 10 }, (_, n) => crossing({ epoch: 2, n: 21 + n, afterMs: (21 + n) * 40 }))
  await former.append(records(1, 10))
  await latter.append(next)
  await Promise.all([former[Symbol.asyncDispose](), latter[Symbol.asyncDispose]()])
  const first = await main(database, parts, late)
  await until(() => first.stored() === 20)
  await first.ends()

  // A worker writes its last while main is away.
  await using ending = await parts.openLog('live-1')
  await ending.append(records(11, 20))
  await ending[Symbol.asyncDispose]()
  const second = await main(database, parts, late)
  const back = second.comes(idsOf(1, 1)[0])
  await until(() => back.events().length >= 9)
  released.resolve()
  await until(() => back.events().length >= 29)
  await second.ends()
  deepStrictEqual(back.events(), [...idsOf(2, 20), ...next.map(({ id }) => id)])
})
