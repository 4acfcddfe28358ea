import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '../../../src/contract/record.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { batch, chunk, crossing, crowd, head, sample, track } from '../records.ts'
import type { OpenStore } from './open-store.ts'

const changed = (record: LogRecord, change: object): LogRecord => ({ ...record, ...change }) as LogRecord
const body = (record: LogRecord, change: object): LogRecord =>
  ({ ...record, body: { ...record.body, ...change } }) as LogRecord

const invalid = 'SL_RECORD_INVALID'
const cases: readonly (readonly [string, LogRecord, string])[] = [
  ['a record of a type to come', changed(crossing(), { type: 'smell' }), 'SL_RECORD_KIND_UNKNOWN'],
  ['an event of a kind to come', body(crossing(), { kind: 'goal-scored' }), 'SL_RECORD_KIND_UNKNOWN'],
  ['an event of a contract to come', body(crossing(), { version: 2, more: 1 }), 'SL_RECORD_VERSION'],
  ['an event with a key that is not in the contract', body(crossing(), { smell: 'sour' }), invalid],
  ['an event that lacks a key', body(crossing(), { label: undefined }), invalid],
  ['an event under another id', changed(crossing(), { id: 'yard/1/x' }), invalid],
  [
    'an event whose id has a line break',
    changed(body(crossing(), { id: `${crossing().id}\n` }), { id: `${crossing().id}\n` }),
    invalid
  ],
  [
    'an event of another stream than its id',
    changed(body(crossing(), { stream: 'attic' }), { stream: 'attic' }),
    invalid
  ],
  ['a label with a NUL', body(crossing(), { label: 'a\0b' }), invalid],
  ['a label with half a character', body(crossing(), { label: '\ud800' }), invalid],
  ['a label of 2 MB', body(crossing(), { label: 'x'.repeat(2_000_000) }), invalid],
  ['a track id beyond 31 bits', body(crossing(), { trackId: 2 ** 31 }), invalid],
  ['a frame beyond 31 bits', body(crossing(), { frame: 2 ** 31 }), invalid],
  ['a media time that no integer holds', body(crossing(), { ptsMs: 1e300 }), invalid],
  ['a time beyond the year 9999', changed(crossing(), { atMs: 253_402_300_800_000 }), invalid],
  ['a time that is none', changed(crossing(), { atMs: Number.NaN }), invalid],
  ['an epoch of nought', changed(crossing(), { epoch: 0 }), invalid],
  ['a track under another id', changed(track(), { id: 'yard/1/2' }), invalid],
  ['a head under another id', changed(head(), { id: 'yard/2' }), invalid],
  ['a chunk without number', changed(chunk(), { id: 'yard/1/first' }), invalid],
  ['a chunk without bytes', changed(chunk(), { bytes: undefined }), invalid],
  ['a sample that begins within a minute', changed(sample(), { atMs: sample().atMs + 1 }), invalid],
  ['a sample of endless sum', body(sample(), { sum: Number.POSITIVE_INFINITY }), invalid]
]

/** What no sink can keep is refused, and the rest of its batch is taken. */
export function refusalSuite(open: OpenStore): void {
  test('K5 what cannot be kept is refused, and its neighbours are kept', async t => {
    const database = await open(t)
    const sink = new StoreSink(database)
    for (const [index, [what, record, code]] of cases.entries()) {
      const neighbours = [crossing({ n: index + 1 }), crowd({ n: index + 1 })] as const
      const refusals = await sink.take(batch([neighbours[0], record, neighbours[1]], { from: index * 3 + 1 }))
      deepStrictEqual([what, refusals.map(({ seq, error }) => [seq - index * 3, error.code])], [what, [[2, code]]])
    }
    const { rows } = await database.sql
      .selectFrom('events')
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow()
    strictEqual(Number(rows), 2 * cases.length)
    strictEqual(sink.snapshot().refused, cases.length)
  })

  test('K6 labels in any script, with any sign, come back as they were', async t => {
    const database = await open(t)
    const labels = ['Fußgänger', '歩行者', '🚲', 'tab\tline\nback\\slash', 'quote\'"', '\\N', ' ']
    const records = labels.map((label, index) => crossing({ n: index + 1, label }))
    const sink = new StoreSink(database)
    deepStrictEqual(await sink.take(batch(records)), [])
    deepStrictEqual(await sink.take(batch(records, { log: 'worker-2' })), [])
    const rows = await database.sql.selectFrom('events').select('label').orderBy('n').execute()
    deepStrictEqual(
      rows.map(({ label }) => label),
      labels
    )
  })
}
