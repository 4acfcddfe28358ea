import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { EventRecord } from '../../src/contract/record.ts'
import { FrameTraces } from '../../src/roles/streams/frame-traces.ts'
import { StreamCounts } from '../../src/roles/streams/stream-counts.ts'
import type { FromStreamWorker } from '../../src/roles/streams/worker-messages.ts'

const open = { bytes: 5, lostPackets: 0, droppedUnits: 2 }
const now = { open, lostRecords: 0, waiting: 1 }

test('SF1 the rate is that of the last five seconds, of what was looked at', () => {
  let atMs = 1000
  const counts = new StreamCounts(() => atMs)
  equal(counts.snapshot(now).fps, 0)
  for (let second = 0; second < 20; second++) {
    counts.frames('analysed', second < 10 ? 8 : 2)
    counts.frames('gated', 2)
    counts.frames('dropped-overload', 5)
    atMs += 1000
    counts.snapshot(now)
  }
  equal(counts.snapshot(now).fps, 4)
})

test('SF2 what the open connection left out is counted with what those before did', () => {
  const counts = new StreamCounts()
  counts.frames('dropped-late', 3)
  counts.received(10, 1)
  const { frames, bytes, lostPackets } = counts.snapshot(now)
  deepStrictEqual([frames['dropped-late'], bytes, lostPackets], [5, 15, 1])
})

const record: EventRecord = {
  type: 'event',
  id: 'yard/1/stream@1/stream/stream-up/1',
  stream: 'yard',
  epoch: 1,
  atMs: 0,
  body: {
    version: 1,
    id: 'yard/1/stream@1/stream/stream-up/1',
    kind: 'stream-up',
    stream: 'yard',
    epoch: 1,
    frame: 0,
    ptsMs: 0,
    reason: 'started',
    width: 1,
    height: 1,
    codec: 'h264'
  }
}
const facts = { epoch: 1, frame: 7, ptsMs: 280, outcome: 'analysed' }

/** Frames of a stream of which so many a minute are followed, and what was told of them. */
function followed(perMinute: number) {
  const told: FromStreamWorker[] = []
  const durations = new StreamCounts()
  const traces = new FrameTraces({ stream: 'yard', perMinute, durations, say: message => void told.push(message) })
  const frame = () => {
    const one = {}
    traces.begin(one, { arrivedMs: performance.now(), decodeMs: 2 })
    traces.add('track', 1, one)
    return one
  }
  return { told, durations, traces, frame }
}

test('SF3 the first frame that brings a record is followed to the log, those without wait for longer', () => {
  const { told, traces, frame } = followed(6)
  equal(traces.end(frame(), facts, []), undefined)
  const logged = traces.end(frame(), facts, [record])
  logged?.()
  deepStrictEqual(
    told.map(message => (message.type === 'spans' ? message.spans.map(({ name }) => name) : message.type)),
    [['frame', 'decode', 'track'], 'logged', ['log']]
  )
  equal(traces.end(frame(), facts, [record]), undefined)
})

test('SF4 stages of frames that nobody follows count all the same', () => {
  const { told, durations, traces, frame } = followed(6)
  traces.end(frame(), facts, [])
  traces.add('detect', 3)
  const { stageSeconds } = durations.snapshot(now)
  deepStrictEqual([told.length, stageSeconds.track?.count, stageSeconds.detect?.count], [0, 1, 1])
})

test('SF7 how many are followed is so from one moment to the next', () => {
  const { told, traces, frame } = followed(0)
  traces.end(frame(), facts, [record])
  equal(told.length, 0)
  traces.perMinute = 6
  traces.end(frame(), facts, [record])
  equal(told.length, 2)
  traces.perMinute = 0
  traces.end(frame(), facts, [record])
  equal(told.length, 2)
})

test('SF5 records that nobody brings keep no frame from being followed for ever', () => {
  const { told, traces, frame } = followed(6_000_000)
  const waited = performance.now() + 1
  while (performance.now() < waited);
  equal(traces.end(frame(), facts, []), undefined)
  equal(told.length, 1)
})
