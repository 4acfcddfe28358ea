import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '../../src/contract/event.ts'
import { LineCounts } from '../../web/live/line-counts.ts'
import { eventSentence } from '../../web/src/strings/event-sentence.ts'

const header = { version: 1, id: 'i', stream: 'door', epoch: 1, frame: 1, ptsMs: 40 } as const
const track = { trackId: 7, label: 'person', box: { x: 0, y: 0, w: 0.1, h: 0.2 } }
const sentences: readonly [Event, string][] = [
  [{ ...header, kind: 'track-started', ...track }, 'Person 7 came into view'],
  [{ ...header, kind: 'track-ended', ...track, reason: 'lost', durationMs: 4200 }, 'Person 7 left after 4\u00a0s'],
  [{ ...header, kind: 'line-crossed', ...track, lineId: 'door', direction: 'in' }, 'Person 7 crossed door inwards'],
  [{ ...header, kind: 'zone-entered', ...track, zoneId: 'yard' }, 'Person 7 appeared in yard'],
  [
    { ...header, kind: 'zone-left', ...track, zoneId: 'yard', dwellMs: 125_000 },
    'Person 7 left yard after 2\u00a0min\u00a05\u00a0s'
  ],
  [
    { ...header, kind: 'stream-down', reason: 'SL_INPUT_TIMEOUT', message: 'no frame for 10 s' },
    'The stream is down: no frame for 10 s'
  ]
]
for (const [event, expected] of sentences)
  test(`S1 ${event.kind} is said in a sentence`, () => strictEqual(eventSentence(event), expected))

test('S3 a line counts from nought, each way for itself, and is forgotten with its stream’s settings', () => {
  const counts = new LineCounts()
  counts.lines(['door', 'gate'])
  for (const direction of ['in', 'in', 'out'] as const)
    counts.add({ ...header, kind: 'line-crossed', ...track, lineId: 'door', direction })
  deepStrictEqual(counts.notes, { door: 'door: 2 in · 1 out', gate: 'gate: 0 in · 0 out' })
  counts.lines(['gate'])
  deepStrictEqual(Object.keys(counts.notes), ['gate'])
})
