import { deepStrictEqual, match, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '../../src/contract/record.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { admitRecord } from '../../src/events/record-border.ts'
import { numberedChunk, numberedEvent } from './scripted-records.ts'

const event = numberedEvent(7)
const { body } = event
const chunk = numberedChunk(1)
const box = { x: 0, y: 0, w: 1, h: 1 }
const track = {
  type: 'track',
  id: 'door/1/7',
  stream: 'door',
  epoch: 1,
  atMs: 5,
  body: {
    trackId: 7,
    label: 'person',
    score: 0.5,
    detections: 3,
    firstPtsMs: 0,
    lastPtsMs: 10,
    firstBox: box,
    lastBox: box,
    bounds: box,
    snapshot: null
  }
}
const sample = {
  type: 'sample',
  id: 'door/1/zone.hall/occupancy/28333333',
  stream: 'door',
  epoch: 1,
  atMs: 1_699_999_980_000,
  body: { measure: 'zone.hall', name: 'occupancy', count: 2, sum: 3, min: 1, max: 2 }
}
const head = {
  type: 'trajectory-head',
  id: 'door/1',
  stream: 'door',
  epoch: 1,
  atMs: 0,
  body: { stream: 'door', epoch: 1, width: 10, height: 10, fps: null, labels: [], wallTime: null }
}

for (const record of [event, chunk, track, sample, head]) {
  test(`B1 a ${record.type} as the contract says is taken`, () => {
    ok(admitRecord(record as LogRecord).text.startsWith(`${record.type}\t${record.id}\t`))
  })
}

const long = (length: number) => ({ ...event, body: { ...body, label: 'x'.repeat(length) } })
const renamed = (id: string) => ({ ...event, id, body: { ...body, id } })
const refusals: readonly { rule: string; record: unknown; code: string }[] = [
  { rule: 'B2 nothing at all', record: undefined, code: 'SL_RECORD_KIND_UNKNOWN' },
  { rule: 'B3 a type that is not known', record: { ...event, type: 'rumour' }, code: 'SL_RECORD_KIND_UNKNOWN' },
  {
    rule: 'B4 a kind of event that is not known',
    record: { ...event, body: { ...body, kind: 'pigeon-landed' } },
    code: 'SL_RECORD_KIND_UNKNOWN'
  },
  {
    rule: 'B5 an event of a version to come',
    record: { ...event, body: { ...body, version: 2 } },
    code: 'SL_RECORD_VERSION'
  },
  { rule: 'B6 a field that the contract lacks', record: { ...event, mood: 'fine' }, code: 'SL_RECORD_INVALID' },
  {
    rule: 'B7 a body without a field',
    record: { ...event, body: { ...body, box: undefined } },
    code: 'SL_RECORD_INVALID'
  },
  {
    rule: 'B8 an id of another stream',
    record: renamed('hall/1/line.door@1/track-7/line-crossed/1'),
    code: 'SL_RECORD_INVALID'
  },
  {
    rule: 'B9 an id of another epoch',
    record: renamed('door/2/line.door@1/track-7/line-crossed/1'),
    code: 'SL_RECORD_INVALID'
  },
  { rule: 'B10 an id that is not its body’s', record: { ...event, id: 'door/1/other' }, code: 'SL_RECORD_INVALID' },
  { rule: 'B11 a body of another epoch', record: { ...event, body: { ...body, epoch: 2 } }, code: 'SL_RECORD_INVALID' },
  { rule: 'B12 a track by another’s id', record: { ...track, id: 'door/1/8' }, code: 'SL_RECORD_INVALID' },
  { rule: 'B13 an id with a tab', record: renamed('door/1/a\tb'), code: 'SL_RECORD_INVALID' },
  { rule: 'B14 an id with half a character', record: renamed('door/1/\ud800'), code: 'SL_RECORD_INVALID' },
  { rule: 'B15 a name with a path in it', record: { ...event, stream: '../door' }, code: 'SL_RECORD_INVALID' },
  {
    rule: 'B16 a number that JSON lacks',
    record: { ...track, body: { ...track.body, score: Number.NaN } },
    code: 'SL_RECORD_INVALID'
  },
  { rule: 'B17 an event of 2 MB', record: long(2_000_000), code: 'SL_RECORD_TOO_LARGE' },
  { rule: 'B18 a body of over 256 KiB', record: long(262_144), code: 'SL_RECORD_TOO_LARGE' },
  {
    rule: 'B19 a trajectory of over 8 MiB',
    record: { ...chunk, bytes: new Uint8Array(8_388_609) },
    code: 'SL_RECORD_TOO_LARGE'
  },
  { rule: 'B20 a trajectory without bytes', record: { ...chunk, bytes: 'AAAA' }, code: 'SL_RECORD_INVALID' }
]
for (const { rule, record, code } of refusals) {
  test(`${rule} is refused`, () => {
    throws(() => admitRecord(record as LogRecord), { name: 'SightlineError', code, retryable: false })
  })
}

test('B21 a job’s log takes its own stream and epoch alone', () => {
  throws(() => admitRecord(event, {}, { stream: 'door', epoch: 2 }), { code: 'SL_RECORD_INVALID' })
})

test('B22 a refusal names the record and what is wrong with it', () => {
  try {
    admitRecord({ ...event, body: { ...body, direction: 'up' } } as unknown as LogRecord)
    throw new Error('taken')
  } catch (error) {
    ok(error instanceof SightlineError)
    match(error.message, /door\/1\/line\.door@5f0c2a91\/track-7\/line-crossed\/1.*direction/)
  }
})

test('B23 text of any script passes unchanged', () => {
  const record = { ...event, body: { ...body, label: 'Straße 🚲 \u0000 \t \n "' } }
  const [, , , , , , json] = admitRecord(record).text.split('\t')
  deepStrictEqual(JSON.parse(json!), record.body)
})
