import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { Check } from 'typebox/value'
import { EventRecord } from '../../src/contract/record.ts'
import { brokenEpochRecords } from '../../src/roles/streams/broken-epoch.ts'

const box = { x: 0.1, y: 0.2, w: 0.1, h: 0.3 }
const broken = {
  stream: 'door',
  epoch: 3,
  baseMs: 1_700_000_000_000,
  frame: 120,
  ptsMs: 12_000,
  tracks: [
    { trackId: 4, label: 'person', box, startedPtsMs: 7000 },
    { trackId: 9, label: 'car', box, startedPtsMs: 12_000 }
  ]
}

test('an epoch that broke off ends as it would have ended: its tracks, then the stream, under the ids of their own end', () => {
  const records = brokenEpochRecords(broken)
  ok(records.every(record => Check(EventRecord, record)))
  deepStrictEqual(
    records.map(({ id }) => id),
    [
      'door/3/tracker@1/track-4/track-ended/1',
      'door/3/tracker@1/track-9/track-ended/1',
      'door/3/stream@1/stream/stream-down/1'
    ]
  )
  deepStrictEqual(
    records.map(({ atMs }) => atMs),
    Array(3).fill(1_700_000_012_000)
  )
  const [first] = records as EventRecord[]
  deepStrictEqual(first!.body.kind === 'track-ended' && [first!.body.reason, first!.body.durationMs], ['restart', 5000])
})
