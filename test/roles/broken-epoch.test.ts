import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { Check } from 'typebox/value'
import { type EventRecord, LogRecord } from '../../src/contract/record.ts'
import { brokenEpochRecords } from '../../src/roles/streams/broken-epoch.ts'

const box = { x: 0.1, y: 0.2, w: 0.1, h: 0.3 }
const lastBox = { ...box, x: 0.6 }
const sum = (trackId: number, label: string, firstPtsMs: number) => ({
  ...{ trackId, label, score: 0.5, detections: 20, firstPtsMs, lastPtsMs: 12_000, firstBox: box, lastBox },
  bounds: { ...box, w: 0.6 }
})
const broken = {
  stream: 'door',
  epoch: 3,
  baseMs: 1_700_000_000_000,
  frame: 120,
  ptsMs: 12_000,
  tracks: [
    { ...sum(4, 'person', 7000), isOpen: true, isRowless: true },
    { ...sum(9, 'car', 12_000), isOpen: true, isRowless: false },
    { ...sum(7, 'car', 9000), isOpen: false, isRowless: true }
  ]
}

test('an epoch that broke off ends as it would have ended: rows of its tracks, their ends, then the stream, under the ids of their own end', () => {
  const records = brokenEpochRecords(broken)
  ok(records.every(record => Check(LogRecord, record)))
  deepStrictEqual(
    records.map(({ type, id }) => `${type} ${id}`),
    [
      'track door/3/4',
      'track door/3/7',
      'event door/3/tracker@1/track-4/track-ended/1',
      'event door/3/tracker@1/track-9/track-ended/1',
      'event door/3/stream@1/stream/stream-down/1'
    ]
  )
  deepStrictEqual(
    records.map(({ atMs }) => atMs - broken.baseMs),
    [7000, 9000, 12_000, 12_000, 12_000]
  )
  const { body } = records[2] as EventRecord
  deepStrictEqual(body.kind === 'track-ended' && [body.reason, body.durationMs, body.box], ['restart', 5000, lastBox])
})
