import { deepStrictEqual, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '../../../src/contract/event.ts'
import { DefinedMeasures, type MeasureDefinitions } from '../../../src/measures/defined-measures.ts'
import { MeasureSet } from '../../../src/measures/measure-set.ts'
import type { TrackFrame } from '../../../src/measures/track-frame.ts'
import { trackRow } from '../../../src/store/log-sink-rows.ts'
import type { PastQuestion } from '../../../src/store/trajectories/past.ts'
import type { PastEvent } from '../../../src/store/trajectories/past-digest.ts'
import type { ChunkDamage } from '../../../src/store/trajectories/stored-chunk.ts'
import type { Reading } from '../../../src/store/trajectories/stored-frames.ts'
import { TrajectoryStore } from '../../../src/store/trajectories/trajectory-store.ts'
import { frameOf } from '../../trajectories/stored.ts'
import type { OpenStore } from './open-store.ts'
import { baseMs, keep, walks } from './stored-walks.ts'

const definitions: MeasureDefinitions = {
  lines: {
    gate: {
      points: [
        [0.5, 0],
        [0.5, 1]
      ]
    }
  },
  zones: {
    hall: {
      points: [
        [0.2, 0.3],
        [0.7, 0.4],
        [0.6, 1],
        [0.1, 0.9]
      ],
      dwellMs: [2000, 5000],
      crowd: { size: 3 }
    }
  },
  stops: { slow: {} },
  meetings: { talk: {} }
}

/** What measures said live, epoch by epoch; `isRunning` is of an epoch that has not ended. */
function live(frames: readonly TrackFrame[], epoch = 1, base = baseMs, isRunning = false): PastEvent[] {
  const aspect = 16 / 9
  const { stages } = new DefinedMeasures(definitions, { stream: 'door', epoch, aspect })
  const measures = new MeasureSet(aspect, stages)
  const told = (events: readonly Event[]) => events.map(event => ({ atMs: base + event.ptsMs, event }))
  const said = frames.flatMap(frame => told(measures.process(frame)))
  return isRunning ? said : [...said, ...told(measures.flush())]
}

const whole: PastQuestion = { stream: 'door', fromMs: baseMs, toMs: baseMs + 1e8, definitions }

async function past(store: TrajectoryStore, question: Partial<PastQuestion> = {}, reading?: Reading) {
  return Array.fromAsync(store.past({ ...whole, ...question }, reading))
}

function within(said: readonly PastEvent[], fromMs: number, toMs: number): PastEvent[] {
  return said.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
}

/** Rules of asking the past. */
export function trajectoryPastSuite(open: OpenStore): void {
  test('H1 what is drawn today says of the past what it would have said live, to the last event', async t => {
    const database = await open(t)
    const walked = walks({ seed: 1, frames: 1500, people: 8 })
    await keep(database, walked)
    await using store = new TrajectoryStore(database)
    const said = live(walked)
    const kinds = new Set(said.map(({ event }) => event.kind))
    ok(
      ['line-crossed', 'zone-entered', 'zone-left', 'dwell-exceeded', 'crowd-formed'].every(kind =>
        kinds.has(kind as Event['kind'])
      )
    )
    deepStrictEqual(await past(store), said)
  })

  test('H2 epochs begin anew: their events have ids of their own', async t => {
    const database = await open(t)
    const first = walks({ seed: 2, frames: 600, people: 6 })
    const second = walks({ seed: 3, frames: 600, people: 6 })
    await keep(database, first)
    await keep(database, second, { epoch: 2, baseMs: baseMs + 100_000 })
    await using store = new TrajectoryStore(database)
    deepStrictEqual(await past(store), [...live(first), ...live(second, 2, baseMs + 100_000)])
  })

  test('H3 a time within an epoch gives its events, and none that an end would bring', async t => {
    const database = await open(t)
    const walked = walks({ seed: 4, frames: 3000, people: 8, stepMs: 1000 })
    await keep(database, walked)
    await using store = new TrajectoryStore(database)
    const range = { fromMs: baseMs + 500_000, toMs: baseMs + 1_500_000 }
    const said = within(live(walked, 1, baseMs, true), range.fromMs, range.toMs)
    ok(said.length > 100)
    deepStrictEqual(await past(store, range), said)
  })

  test('H4 measures watch from the begin of those who were there: numbers in ids go on', async t => {
    const database = await open(t)
    // One walks to and fro across the gate for an hour, every ten minutes.
    const frames = Array.from({ length: 3600 }, (_, frame) =>
      frameOf(frame, [{ id: 1, box: [frame % 1200 < 600 ? 0.25 : 0.625, 0.25, 0.125, 0.5] }], { ptsMs: frame * 1000 })
    )
    await keep(database, frames)
    const box = { x: 0, y: 0, w: 1, h: 1 }
    const body = {
      ...{ trackId: 1, label: 'person', score: 1, detections: 3600, firstPtsMs: 0, lastPtsMs: 3_599_000 },
      ...{ firstBox: box, lastBox: box, bounds: box, snapshot: null }
    }
    await database.sql
      .insertInto('tracks')
      .values(trackRow({ type: 'track', id: 'door/1/1', stream: 'door', epoch: 1, atMs: baseMs, body }))
      .execute()
    await using store = new TrajectoryStore(database)
    const range = { fromMs: baseMs + 2_500_000, toMs: baseMs + 3_100_000 }
    const crossings = within(live(frames), range.fromMs, range.toMs).filter(
      ({ event }) => event.kind === 'line-crossed'
    )
    ok(crossings[0]!.event.id.endsWith('/line-crossed/5'), crossings[0]!.event.id)
    const asked = await past(store, { ...range, definitions: { lines: definitions.lines! } })
    deepStrictEqual(asked, crossings)
  })

  test('H5 a stream that is running has not ended its newest epoch, but those before', async t => {
    const database = await open(t)
    const walked = walks({ seed: 5, frames: 300, people: 6 })
    await keep(database, walked)
    await keep(database, walked, { epoch: 2, baseMs: baseMs + 60_000 })
    await using store = new TrajectoryStore(database)
    const running = live(walked, 2, baseMs + 60_000, true)
    ok(running.length < live(walked, 2, baseMs + 60_000).length)
    deepStrictEqual(await past(store, { isOver: false }), [...live(walked), ...running])
  })

  test('H6 a damaged chunk is told, and what lies around it is asked', async t => {
    const database = await open(t)
    const walked = walks({ seed: 6, frames: 600, people: 6 })
    const chunks = await keep(database, walked)
    await database.sql.updateTable('trajectory_chunks').set({ checksum: 1 }).where('chunk', '=', 9).execute()
    await using store = new TrajectoryStore(database)
    const damaged: ChunkDamage[] = []
    const { minPtsMs, maxPtsMs } = chunks[8]!.body
    const left = walked.filter(({ ptsMs }) => ptsMs < minPtsMs || ptsMs > maxPtsMs)
    deepStrictEqual(await past(store, {}, { onDamage: each => damaged.push(each) }), live(left))
    deepStrictEqual(
      damaged.map(({ chunk, fromMs }) => [chunk, fromMs]),
      [[9, baseMs + minPtsMs]]
    )
  })

  test('H7 a schedule goes by the clock of the place', async t => {
    const database = await open(t)
    const walked = walks({ seed: 7, frames: 600, people: 6 })
    await keep(database, walked)
    await using store = new TrajectoryStore(database)
    const hall = { ...definitions.zones!.hall!, schedule: [{ from: '10:00', to: '11:00' }] }
    const asked = { definitions: { zones: { hall } } }
    await rejects(past(store, asked), { code: 'SL_OPTION_INVALID' })
    ok((await past(store, { ...asked, utcOffsetMinutes: 120 })).length > 10)
    deepStrictEqual(await past(store, { ...asked, utcOffsetMinutes: 60 }), [])
  })

  test('H8 a definition without sense is refused by its name', async t => {
    const database = await open(t)
    await keep(database, walks({ seed: 8, frames: 10 }))
    await using store = new TrajectoryStore(database)
    const wrong = { lines: { gate: { points: [[0.5, 0] as [number, number], [0.5, 2] as [number, number]] } } }
    await rejects(past(store, { definitions: wrong }), ({ code, message }) => {
      return code === 'SL_OPTION_INVALID' && message.includes('gate')
    })
  })

  test('H9 who has heard enough reads no further, and an abort ends it', async t => {
    const database = await open(t)
    await keep(database, walks({ seed: 9, frames: 3000, people: 10 }))
    await using store = new TrajectoryStore(database)
    for await (const _ of store.past(whole)) break
    const stopping = new AbortController()
    const asked = store.past(whole, { signal: stopping.signal })
    await asked.next()
    stopping.abort()
    await rejects(
      async () => {
        for await (const _ of asked);
      },
      { code: 'SL_CANCELLED' }
    )
    ok((await past(store)).length > 0)
  })
}
