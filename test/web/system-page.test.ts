import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { sinkSums } from '../../web/src/pages/system/sink-sums.ts'
import { systemSearch } from '../../web/src/pages/system/system-search.ts'

test('SP1 a sink is behind by all records of all logs, and as long as behind the one it is most behind', () => {
  const sink = { required: true, delivered: 10, refused: 1, failures: 2 }
  const log = (name: string, lagRecords: number, lagMs: number) => ({
    ...{ name, bytes: 1, alive: true },
    sinks: [
      { ...sink, name: 'store', lagRecords, lagMs },
      { ...sink, name: 'live', required: false, lagRecords: 0, lagMs: 0 }
    ]
  })
  deepStrictEqual(sinkSums([log('a', 5, 3000), log('b', 2, 100)]), [
    ...[{ name: 'live', isRequired: false, lagRecords: 0, lagMs: 0, delivered: 20, refused: 2, failures: 4 }],
    ...[{ name: 'store', isRequired: true, lagRecords: 7, lagMs: 3000, delivered: 20, refused: 2, failures: 4 }]
  ])
  deepStrictEqual(sinkSums([]), [])
})

test('SP2 what is no view and no level in an address is left out', () => {
  deepStrictEqual(systemSearch({ view: 'log', level: 'error', more: 1 }), { view: 'log', level: 'error' })
  deepStrictEqual(systemSearch({ view: 'overview', level: 'loud' }), {})
})
