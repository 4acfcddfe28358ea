import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Calibration } from '../../../src/measures/calibration.ts'
import { MeasureSet } from '../../../src/measures/measure-set.ts'
import { Movement, type TrackMovement } from '../../../src/measures/movement.ts'
import { Recorded } from '../../../src/measures/recorded.ts'
import type { TrackFrame } from '../../../src/measures/track-frame.ts'
import type { MovementQuestion } from '../../../src/store/trajectories/movement.ts'
import { TrajectoryStore } from '../../../src/store/trajectories/trajectory-store.ts'
import { header } from '../../trajectories/stored.ts'
import type { OpenStore } from './open-store.ts'
import { baseMs, keep, walks } from './stored-walks.ts'

/** A pitch of 105 by 68 metres, seen from the side. */
const calibration = {
  points: [
    { image: [0.3, 0.3], world: [0, 0] },
    { image: [0.7, 0.3], world: [105, 0] },
    { image: [1, 1], world: [105, 68] },
    { image: [0, 1], world: [0, 68] }
  ] satisfies { image: [number, number]; world: [number, number] }[]
}

/** What an analysis says that knows the ground from its begin. */
function analysed(frames: readonly TrackFrame[]): readonly TrackMovement[] {
  const { width, height } = header
  const aspect = width / height
  const ways: TrackMovement[] = []
  const movement = new Movement({ aspect, heightPx: height, calibration: new Calibration(calibration, aspect) })
  const measures = new MeasureSet(aspect, [new Recorded(movement, way => ways.push(way))])
  for (const frame of frames) measures.process(frame)
  measures.flush()
  return ways
}

const whole: MovementQuestion = { stream: 'door', epoch: 1, fromMs: baseMs, toMs: baseMs + 1e8, calibration }

/** Rules of measuring stored tracks in metres. */
export function trajectoryMovementSuite(open: OpenStore): void {
  test('MV1 a ground that is told today gives the ways and speeds that an analysis would have given', async t => {
    const database = await open(t)
    const walked = walks({ seed: 21, frames: 900, people: 8 })
    await keep(database, walked)
    await using store = new TrajectoryStore(database)
    const ways = await store.movement(whole)
    ok(ways && ways.length > 8 && ways.every(({ unit }) => unit === 'metres'))
    deepStrictEqual(ways, analysed(walked))
  })

  test('MV2 other epochs of the stream are others’ recordings', async t => {
    const database = await open(t)
    const first = walks({ seed: 22, frames: 300 })
    await keep(database, first)
    await keep(database, walks({ seed: 23, frames: 300 }), { epoch: 2, baseMs: baseMs + 10_000 })
    await using store = new TrajectoryStore(database)
    deepStrictEqual(await store.movement(whole), analysed(first))
  })

  test('MV3 an epoch of which nothing is kept has no ways to tell', async t => {
    await using store = new TrajectoryStore(await open(t))
    strictEqual(await store.movement(whole), undefined)
  })

  test('MV4 places that determine no ground are refused, and the next question is answered', async t => {
    const database = await open(t)
    const walked = walks({ seed: 24, frames: 100 })
    await keep(database, walked)
    await using store = new TrajectoryStore(database)
    const points = calibration.points.map(({ image }) => ({ image, world: [1, 1] as [number, number] }))
    await rejects(store.movement({ ...whole, calibration: { points } }), { code: 'SL_OPTION_INVALID' })
    deepStrictEqual(await store.movement(whole), analysed(walked))
  })
}
