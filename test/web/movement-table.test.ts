import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { movementHeader, movementRow } from '../../src/report/measure-tables.ts'
import { movementOf } from '../../web/src/pages/report/movement-table.ts'

const walk = { trackId: 7, label: 'person', durationMs: 2500, distance: 12.5, meanSpeed: 5, peakSpeed: 6.25 }
const text = (...rows: readonly Parameters<typeof movementRow>[0][]) => movementHeader + rows.map(movementRow).join('')

test('MT1 what the analysis writes of ways is read as it was written, the longest first', () => {
  const run = { ...walk, trackId: 8, label: 'a "tall", fast one', distance: 40 }
  deepStrictEqual(movementOf(text({ ...walk, unit: 'metres' }, { ...run, unit: 'metres' })), [run, walk])
})

test('MT2 ways in pixels say nothing of how fast anybody was', () => {
  deepStrictEqual(movementOf(text({ ...walk, unit: 'pixels' })), [])
})

test('MT3 another table than ours is none', () => deepStrictEqual(movementOf('a,b\r\n1,2\r\n'), []))
