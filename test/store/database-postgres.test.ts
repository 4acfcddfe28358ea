import { deepStrictEqual, doesNotMatch, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { copyText } from '../../src/store/postgres/copy-text.ts'
import { monthAfter, monthOf, monthOfPartition } from '../../src/store/postgres/months.ts'
import { createPool } from '../../src/store/postgres/postgres-pool.ts'
import { dropChunksStatement, hypertableStatements } from '../../src/store/postgres/timescale.ts'

// What of PostgreSQL can be tested without one.

test('PG1 rows for COPY: tabs between fields, signs of its own escaped, \\N for null, bytes in hexadecimal', () => {
  const rows = [
    { a: 1.5, b: 'a\tb\\c\nd\re', c: null, d: Uint8Array.of(0, 255) },
    { a: -1, b: '\\N', c: undefined, d: new Uint8Array(0) }
  ]
  strictEqual(
    copyText(['a', 'b', 'c', 'd'], rows, 'events'),
    '1.5\ta\\tb\\\\c\\nd\\re\t\\N\t\\\\x00ff\n-1\t\\\\N\t\\N\t\\\\x\n'
  )
})

test('PG2 a value that no column can have is refused with its column', () => {
  throws(() => copyText(['a'], [{ a: true }], 'events'), { code: 'SL_STORE_REFUSED', message: /events\.a .*boolean/ })
  throws(() => copyText(['a'], [{ a: 'x\0' }], 'events'), { code: 'SL_STORE_REFUSED', message: /events\.a .*NUL/ })
})

test('PG3 a month of UTC has its first millisecond, and its last before the next', () => {
  const november = monthOf(Date.UTC(2026, 10, 21, 12))
  deepStrictEqual(november, { name: '2026_11', fromMs: Date.UTC(2026, 10), toMs: Date.UTC(2026, 11) })
  deepStrictEqual(monthOf(Date.UTC(2026, 11) - 1), november)
  strictEqual(monthAfter(november!)?.name, '2026_12')
  strictEqual(monthAfter(monthOf(Date.UTC(2026, 11))!)?.name, '2027_01')
  deepStrictEqual(monthOfPartition('events', 'events_2026_11'), november)
})

test('PG4 times outside of 2000 to 2099 have no month', () => {
  for (const ms of [-1e15, 0, Date.UTC(1999, 11, 31, 23), Date.UTC(2100, 0), 9e15, Number.NaN])
    strictEqual(monthOf(ms), undefined)
  strictEqual(monthOfPartition('events', 'events_default'), undefined)
})

test('PG5 with TimescaleDB each table that grows becomes a compressed hypertable', () => {
  const statements = hypertableStatements().join(';\n')
  for (const [table, column] of [
    ['events', 'at_ms'],
    ['trajectory_chunks', 'from_ms'],
    ['measure_samples', 'minute_ms']
  ]) {
    strictEqual(statements.includes(`create_hypertable('${table}', '${column}'`), true)
    strictEqual(statements.includes(`add_compression_policy('${table}'`), true)
  }
  strictEqual(statements.includes('with (timescaledb.continuous)'), true)
  strictEqual(dropChunksStatement('events', 12.7), `select drop_chunks('events', older_than => 12::bigint)`)
})

test('PG6 a database is named without user and password', () => {
  const { place } = createPool({ url: 'postgres://someone:s%40cret@db.example:6000/sightline?sslmode=verify-full' })
  strictEqual(place, 'db.example:6000/sightline')
})

test('PG7 what is no URL is refused without showing it', () => {
  for (const url of ['s3cret', 'http://a:s3cret@b/c', 'postgres://a:s3cret@b:port/c'])
    throws(
      () => createPool({ url }),
      (error: Error & { readonly code?: string }) => {
        strictEqual(error.code, 'SL_OPTION_INVALID')
        doesNotMatch(`${error.stack} ${error.cause}`, /s3cret/)
        return true
      }
    )
})
