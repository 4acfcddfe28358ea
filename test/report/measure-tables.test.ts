import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { countsRow } from '../../src/report/measure-tables.ts'

test('a row of counts ends with what people call the measure, where they do', () => {
  const bucket = { startMs: 0, kind: 'dwell-exceeded', name: 'hall', direction: '', label: 'person', count: 2 } as const
  strictEqual(
    countsRow(bucket, false, { 'zone.hall': 'Hall, north' }),
    '0.000,dwell-exceeded,hall,,person,2,"Hall, north"\r\n'
  )
  strictEqual(countsRow(bucket, false, { 'line.hall': 'Hall' }), '0.000,dwell-exceeded,hall,,person,2,\r\n')
})
