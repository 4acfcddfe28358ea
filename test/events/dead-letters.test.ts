import { deepStrictEqual, match, rejects, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { recordVersion } from '../../src/contract/record.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { DeadLetters } from '../../src/events/dead-letters.ts'
import { packRow } from '../../src/events/log-row.ts'
import type { LogBatch } from '../../src/events/sink.ts'
import { look } from '../store/records.ts'
import { feeding } from './feeding.ts'
import { MemorySink } from './memory-sink.ts'
import { numberedEvent, numberedEvents, numbersOf } from './scripted-records.ts'
import { until } from './until.ts'

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
const taken = (sink: MemorySink) => numbersOf([...sink.records.values()])
const all = 600

/** A sink that fails at every batch with one of these numbers in it. */
function poisoned(poison: readonly number[], error: (n: number) => Error) {
  return new MemorySink({
    before: ({ records }: LogBatch) => {
      const n = numbersOf(records.map(({ record }) => record)).find(number => poison.includes(number))
      if (n !== undefined) throw error(n)
      return undefined
    }
  })
}
const final = (n: number) => new SightlineError('SL_RECORD_INVALID', `Number ${n} is poison.`)

const cases = [
  { rule: 'D1 one poisonous record', poison: [345] },
  { rule: 'D2 the first and the last of a batch', poison: [1, 600] },
  { rule: 'D3 neighbours', poison: [10, 11, 12] },
  { rule: 'D4 one in each half', poison: [100, 500] }
]
for (const { rule, poison } of cases) {
  for (const job of [undefined, { stream: 'door', epoch: 1 }]) {
    test(`${rule}${job ? ' of a job' : ''}: it goes to the dead letters, everything else to the sink`, async () => {
      await using place = await feeding()
      const sink = poisoned(poison, final)
      const worker = await place.openLog('w', { job })
      await worker.append(numberedEvents(1, all))
      if (job) await worker.complete()
      await worker[Symbol.asyncDispose]()
      place.feed([sink], { batchRecords: 250 })
      await sink.until(() => sink.forgotten.length === 1)
      deepStrictEqual(
        taken(sink),
        numbers(1, all).filter(n => !poison.includes(n))
      )
      deepStrictEqual(
        place.deadLetters
          .list()
          .map(({ seq, sink, code, message }) => [seq, sink, code, message])
          .sort(),
        poison.map(n => [n, 'memory', 'SL_RECORD_INVALID', `Number ${n} is poison.`]).sort()
      )
    })
  }
}

test('D5 an error that says nothing of itself is tried some times before a record is blamed', async () => {
  await using place = await feeding()
  let failures = 4
  const sink = new MemorySink({
    before: () => {
      if (failures-- > 0) throw new Error('read ECONNRESET')
      return undefined
    }
  })
  const worker = await place.openLog('w')
  await worker.append(numberedEvents(1, 10))
  place.feed([sink])
  await sink.until(() => sink.records.size === 10)
  deepStrictEqual(place.deadLetters.list(), [])
})

test('D6 an error that says nothing of itself and never stops is a record’s fault', async () => {
  await using place = await feeding()
  const sink = poisoned([7], () => new TypeError('undefined is not iterable'))
  const worker = await place.openLog('w')
  await worker.append(numberedEvents(1, 10))
  place.feed([sink])
  await sink.until(() => sink.records.size === 9)
  deepStrictEqual(
    place.deadLetters.list().map(({ seq }) => seq),
    [7]
  )
})

test('D11 a sink that fails at everything is ill: no record is blamed', async () => {
  await using place = await feeding()
  let ill = true
  const sink = new MemorySink({
    before: () => {
      if (ill) throw final(0)
      return undefined
    }
  })
  const worker = await place.openLog('w')
  await worker.append(numberedEvents(1, 10))
  const feeder = place.feed([sink])
  await until(() => feeder.problems().length === 1)
  ill = false
  await sink.until(() => sink.records.size === 10)
  deepStrictEqual(place.deadLetters.list(), [])
})

test('D7 what a sink refuses by name goes to the dead letters too', async () => {
  await using place = await feeding()
  const sink = new MemorySink({
    before: ({ records }) =>
      records
        .filter(({ seq }) => seq === 4)
        .map(({ seq }) => ({ seq, error: new SightlineError('SL_RECORD_CLASH', 'Other content.') }))
  })
  const worker = await place.openLog('w')
  await worker.append(numberedEvents(1, 10))
  place.feed([sink])
  await sink.until(() => sink.records.size === 9)
  await until(() => place.deadLetters.list().length === 1)
  const [letter] = place.deadLetters.list()
  deepStrictEqual([letter!.seq, letter!.id, letter!.code], [4, numberedEvents(4, 4)[0]!.id, 'SL_RECORD_CLASH'])
})

test('D8 dead letters are bounded: when no other fits, the queue waits and says why', async () => {
  await using place = await feeding({ maxLetters: 2 })
  const sink = poisoned([3, 5, 8], final)
  const worker = await place.openLog('w')
  await worker.append(numberedEvents(1, 10))
  const feeder = place.feed([sink])
  await until(() => feeder.problems()[0]?.code === 'SL_DEAD_LETTERS_FULL')
  strictEqual(place.deadLetters.list().length, 2)
  place.deadLetters.remove(place.deadLetters.list().map(({ n }) => n))
  await sink.until(() => sink.records.size === 7)
})

for (const [rule, refuse] of [
  [
    'by name',
    ({ records }: LogBatch) =>
      records.filter(({ record }) => record.type === 'look').map(({ seq }) => ({ seq, error: final(seq) }))
  ],
  [
    'with all beside it',
    ({ records }: LogBatch) => {
      const seq = records.find(({ record }) => record.type === 'look')?.seq
      if (seq !== undefined) throw final(seq)
      return undefined
    }
  ]
] as const)
  test(`D15 what tracks looked like that is refused ${rule} is thrown away, however much there is of it`, {
    timeout: 20_000
  }, async () => {
    await using place = await feeding({ maxLetters: 1 })
    const sink = new MemorySink({ before: refuse })
    const worker = await place.openLog('w')
    await worker.append([1, 2, 3, 4].flatMap(n => [look({ track: n }), numberedEvent(n)]))
    place.feed([sink])
    await sink.until(() => sink.records.size === 4)
    deepStrictEqual(place.deadLetters.list(), [])
  })

test('D15 a damaged row of what a track looked like is not kept', async () => {
  await using place = await feeding()
  const letter = { log: 'w', sink: null, error: final(1) }
  place.deadLetters.add([
    { ...letter, seq: 1, remains: { text: 'look\tdoor/1/1\tdoor\t1', bytes: null } },
    { ...letter, seq: 2, remains: { text: 'event\tdoor/1', bytes: null } }
  ])
  deepStrictEqual(
    place.deadLetters.list().map(({ seq }) => seq),
    [2]
  )
})

test('D9 a dead letter is replayed when its sink takes it, and is then no more', async () => {
  await using place = await feeding()
  const poison = [3]
  const sink = poisoned(poison, final)
  const worker = await place.openLog('w')
  await worker.append(numberedEvents(1, 5))
  place.feed([sink])
  await sink.until(() => sink.records.size === 4)
  await until(() => place.deadLetters.list().length === 1)
  const [letter] = place.deadLetters.list()
  await rejects(place.deadLetters.replay(letter!.n, [sink]), { code: 'SL_RECORD_INVALID' })
  poison.pop()
  await place.deadLetters.replay(letter!.n, [sink])
  deepStrictEqual([taken(sink).sort(), place.deadLetters.list()], [numbers(1, 5), []])
})

test('D10 a dead letter that is not there is said to be so', async () => {
  await using place = await feeding()
  await rejects(place.deadLetters.replay(77, []), error => {
    match((error as Error).message, /no dead letter 77/)
    return (error as SightlineError).code === 'SL_DEAD_LETTER_NOT_FOUND'
  })
})

test('D12 room that another process made is found', async () => {
  await using place = await feeding({ maxLetters: 2 })
  using elsewhere = new DeadLetters(join(place.logs, '..', 'dead-letters.sqlite'))
  const sink = poisoned([3, 5, 8], final)
  const worker = await place.openLog('w')
  await worker.append(numberedEvents(1, 10))
  const feeder = place.feed([sink])
  await until(() => feeder.problems()[0]?.code === 'SL_DEAD_LETTERS_FULL')
  elsewhere.remove(elsewhere.list().map(({ n }) => n))
  await sink.until(() => sink.records.size === 7)
})

test('D13 a row of a contract to come is replayed to every sink once it is known, and not before', async () => {
  await using place = await feeding()
  const record = numberedEvent(1)
  const rowOf = (version: number) => packRow({ ...record, version, body: JSON.stringify(record.body) }).text
  const error = new SightlineError('SL_RECORD_VERSION', 'Of a newer version.')
  place.deadLetters.add(
    [recordVersion, recordVersion + 1].map((version, index) => ({
      log: 'w',
      seq: index + 1,
      sink: null,
      remains: { text: rowOf(version), bytes: null },
      error
    }))
  )
  const sinks = [new MemorySink({ name: 'one' }), new MemorySink({ name: 'two' })]
  const [known, unknown] = place.deadLetters.list()
  await place.deadLetters.replay(known!.n, sinks)
  await rejects(place.deadLetters.replay(unknown!.n, sinks), { code: 'SL_RECORD_VERSION' })
  deepStrictEqual(
    [sinks.map(sink => [...sink.records.values()]), place.deadLetters.list().map(({ n }) => n)],
    [[[record], [record]], [unknown!.n]]
  )
})

test('D14 an error that passes blames no record, even while the sink takes nothing else amiss', async () => {
  await using place = await feeding()
  let failures = 0
  const sink = new MemorySink({
    before: ({ records }) => {
      if (records.length > 0 && failures++ < 10)
        throw new SightlineError('SL_STORE_UNAVAILABLE', 'Two transactions waited for each other.', { retryable: true })
      return undefined
    }
  })
  const worker = await place.openLog('w')
  await worker.append(numberedEvents(1, 10))
  place.feed([sink])
  await until(() => sink.records.size + place.deadLetters.list().length === 10)
  deepStrictEqual(place.deadLetters.list(), [])
})
