import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '../../../src/contract/event.ts'
import type { LogRecord, TrackRecord } from '../../../src/contract/record.ts'
import { Lifecycle } from '../../../src/measures/lifecycle.ts'
import { MeasureSet } from '../../../src/measures/measure-set.ts'
import type { TrackFrame } from '../../../src/measures/track-frame.ts'
import { RecordMaker } from '../../../src/pipeline/record-maker.ts'
import { brokenEpochs } from '../../../src/store/broken-epochs.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { frameOf, header } from '../../trajectories/stored.ts'
import { batch, startMs } from '../records.ts'
import type { OpenStore } from './open-store.ts'

/** One walks and is gone by frame 40, one walks to the end, one comes at frame 90. */
const frames = Array.from({ length: 100 }, (_, frame) => {
  const rows = [
    ...(frame < 30 ? [{ id: 1, box: [frame / 64, 0.25, 0.125, 0.5] as const }] : []),
    { id: 2, box: [frame / 128, 0.25, 0.125, 0.5] as const, score: 0.75 },
    ...(frame >= 90 ? [{ id: 3, box: [0.5, 0.25, 0.125, 0.25] as const, classId: 1 }] : [])
  ]
  return frameOf(frame, rows, { ended: frame === 40 ? [1] : [] })
})
const up: Event = {
  ...{ version: 1, id: 'door/1/stream@1/stream/stream-up/1', stream: 'door', epoch: 1, frame: 0, ptsMs: 0 },
  ...{ kind: 'stream-up', reason: 'started', width: 1920, height: 1080, codec: 'h264' }
}

/** What a worker had logged: as far as it came, and as its end would have said. `spanMs`: how often a chunk is closed. */
function lifeOf(seen: readonly TrackFrame[], spanMs: number) {
  const maker = new RecordMaker({ header, baseMs: startMs, chunks: { points: 4096, spanMs, fewestPoints: 0 } })
  const measures = new MeasureSet(16 / 9, [new Lifecycle({ stream: 'door', epoch: 1 }), ...maker.stages])
  maker.events([up])
  for (const frame of seen) maker.frame(frame, measures.process(frame))
  const logged = [...maker.take()]
  maker.end(measures.flush())
  return { logged, rest: maker.take() }
}

const rowsOf = (records: readonly LogRecord[]) =>
  records.filter((record): record is TrackRecord => record.type === 'track').map(({ body }) => body)

/** Epochs that nobody said the end of. */
export function brokenEpochsSuite(open: OpenStore): void {
  test('BE1 a track whose samples are stored is summed up as its own end would have done', async t => {
    const database = await open(t)
    const { logged, rest } = lifeOf(frames, 40)
    await new StoreSink(database).take(batch(logged))
    const [broken] = await brokenEpochs(database, 'door', 9)
    const { snapshot: _none, ...whole } = rowsOf(rest).find(({ trackId }) => trackId === 2)!
    const { isOpen, isRowless, ...sum } = broken!.tracks.find(({ trackId }) => trackId === 2)!
    ok(isOpen && isRowless)
    // The last frame was in no chunk yet.
    ok(sum.detections >= whole.detections - 1 && sum.lastPtsMs >= whole.lastPtsMs - 40)
    deepStrictEqual([sum.firstPtsMs, sum.firstBox, sum.score], [whole.firstPtsMs, whole.firstBox, whole.score])
    ok(sum.bounds.w >= whole.bounds.w - 1 / 128)
    equal(broken!.ptsMs, Math.max(sum.lastPtsMs, 90 * 40))
    equal(
      broken!.tracks.some(({ trackId }) => trackId === 1),
      false
    )
  })

  test('BE2 one of which no sample is stored yet is summed up by its events', async t => {
    const database = await open(t)
    await new StoreSink(database).take(batch(lifeOf(frames, 60_000).logged))
    const [broken] = await brokenEpochs(database, 'door', 9)
    const box = { x: 0.5, y: 0.25, w: 0.125, h: 0.25 }
    const boxes = { firstBox: box, lastBox: box, bounds: box }
    const times = { firstPtsMs: 3600, lastPtsMs: 3600 }
    deepStrictEqual(
      broken!.tracks.find(({ trackId }) => trackId === 3),
      { trackId: 3, label: 'car', score: 0, detections: 1, ...times, ...boxes, isOpen: true, isRowless: true }
    )
  })

  test('BE3 a track that ended and was never summed up is, and its end is not said again', async t => {
    const database = await open(t)
    const { logged } = lifeOf(frames, 40)
    await new StoreSink(database).take(batch(logged.filter(({ type }) => type !== 'track')))
    const [broken] = await brokenEpochs(database, 'door', 9)
    const { isOpen, isRowless, ...sum } = broken!.tracks.find(({ trackId }) => trackId === 1)!
    deepStrictEqual([isOpen, isRowless], [false, true])
    deepStrictEqual({ ...sum, snapshot: null }, rowsOf(logged)[0])
  })
}
