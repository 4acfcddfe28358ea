import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { csvLine } from '../../../src/api/rest/csv.ts'
import { eventColumns } from '../../../src/api/rest/event-routes.ts'
import type { StoredEvent } from '../../../src/contract/api/event.ts'

const event: StoredEvent['event'] = {
  ...{
    version: 1,
    id: 'door/1/line.gate@5f0c2a91/track-7/line-crossed/1',
    stream: 'door',
    epoch: 1,
    frame: 3,
    ptsMs: 120
  },
  ...{ kind: 'line-crossed', lineId: 'gate', trackId: 7, label: 'person', direction: 'in' },
  box: { x: 0, y: 0, w: 1, h: 1 }
}

test('a table of events names measures as programs do, and has what people call them beside, as text', () => {
  const columns = eventColumns(({ stream }) => (stream === 'door' ? { 'line.gate': '=1+1, "north"' } : undefined))
  const cells = Object.fromEntries(columns.map(([name, value]) => [name, value({ atMs: 0, event })]))
  deepStrictEqual([cells.measure, csvLine([cells.title])], ['line.gate', '"\'=1+1, ""north"""\r\n'])
})
