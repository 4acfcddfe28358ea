import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '../../src/contract/record.ts'
import { SightlineError } from '../../src/core/errors.ts'
import type { EventLog } from '../../src/events/event-log.ts'
import { RecordOutlet } from '../../src/roles/streams/record-outlet.ts'

const timeout = 20_000
const record = (n: number) => ({ type: 'event', id: `${n}` }) as LogRecord
const ids = (records: readonly LogRecord[]) => records.map(each => ('id' in each ? Number(each.id) : -1))

const turn = () => new Promise(setImmediate)
const turns = async (count: number) => {
  for (let at = 0; at < count; at++) await turn()
}

/** A disk that takes nothing before it is told to, and what it has by then. */
function disk(retryable = true) {
  const kept: number[] = []
  let isFull = true
  let tries = 0
  const append = async (records: readonly LogRecord[]) => {
    tries++
    await turn()
    if (isFull) throw new SightlineError('SL_LOG_FULL', 'There is no room.', { retryable })
    kept.push(...ids(records))
  }
  return {
    log: { append } as unknown as EventLog,
    kept,
    tries: () => tries,
    empty: () => {
      isFull = false
    }
  }
}

test('RO1 what a full disk did not take is written in its order once it does, and told then', { timeout }, async () => {
  const { log, kept, empty } = disk()
  const outlet = new RecordOutlet(log)
  const told: string[] = []
  outlet.add([record(1), record(2)], () => told.push(`first behind ${kept.length}`))
  // While that is being tried.
  outlet.add([record(3)], () => told.push(`second behind ${kept.length}`))
  await turns(5)
  empty()
  await outlet.close()
  deepStrictEqual([kept, told, outlet.lost], [[1, 2, 3], ['first behind 3', 'second behind 3'], 0])
})

test('RO2 beyond ten thousand that wait the newest are given up, and counted', { timeout }, async () => {
  const { log, kept, empty } = disk()
  const outlet = new RecordOutlet(log)
  outlet.add([record(0)])
  await turns(5)
  for (let n = 1; n <= 12_000; n++) outlet.add([record(n)])
  empty()
  await outlet.close()
  deepStrictEqual([kept.length, kept[0], kept.at(-1), outlet.lost], [10_000, 0, 9999, 2001])
})

test('RO3 whoever closes waits for one more try and no longer', { timeout }, async () => {
  const { log, tries } = disk()
  const outlet = new RecordOutlet(log)
  outlet.add([record(1), record(2)])
  await turns(5)
  await outlet.close()
  deepStrictEqual([outlet.lost, tries()], [2, 2])
})

test('RO4 what no try can mend is given up at once', { timeout }, async () => {
  const { log, tries, kept, empty } = disk(false)
  const outlet = new RecordOutlet(log)
  outlet.add([record(1)])
  await turns(5)
  strictEqual(outlet.lost, 1)
  empty()
  outlet.add([record(2)])
  await outlet.close()
  deepStrictEqual([kept, tries()], [[2], 2])
})
