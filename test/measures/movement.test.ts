import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Calibration } from '../../src/measures/calibration.ts'
import { Intake } from '../../src/measures/intake.ts'
import { Movement, type MovementOptions, type TrackMovement } from '../../src/measures/movement.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { Walk } from '../../src/measures/walk.ts'
import { realClip } from '../support/material.ts'
import { framesFrom, readTruth, type TruthRow } from './ground-truth.ts'
import { frameOf } from './walk.ts'

/** 100 m of ground are as wide as the picture, 50 m as high. */
const field = new Calibration(
  {
    points: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1]
    ].map(([x, y]) => ({ image: [x!, y!], world: [x! * 100, y! * 50] }))
  },
  2
)

function moved(frames: readonly TrackFrame[], options: Partial<MovementOptions> = {}): TrackMovement[] {
  const intake = new Intake(options.aspect ?? 2)
  const movement = new Movement({ heightPx: 500, aspect: 2, ...options })
  const over = frames.flatMap(frame => {
    const said = movement.process(intake.take(frame))
    intake.settle()
    return said
  })
  return [...over, ...movement.flush()]
}

/** Ten frames a second along a straight way of 20 m, at 2 m/s. */
const straight = Array.from({ length: 101 }, (_, i) => frameOf(i, [{ x: 0.3 + i * 0.002, y: 0.5 }]))
const within = (value: number, expected: number, share: number) =>
  ok(Math.abs(value - expected) <= share * expected, `${value} is not ${expected}`)

test('V1 without a calibration way and speed are in pixels', () => {
  const [way] = moved(straight)
  strictEqual(way?.unit, 'pixels')
  within(way.distance, 200, 0.01)
  within(way.meanSpeed, 20, 0.01)
})

test('V1 with one they are in metres', () => {
  const [way] = moved(straight, { calibration: field })
  strictEqual(way?.unit, 'metres')
  within(way.distance, 20, 0.01)
  within(way.peakSpeed, 2, 0.01)
})

test('V2 who stands and trembles has gone no way', () => {
  const frames = Array.from({ length: 200 }, (_, i) => frameOf(i, [{ x: 0.5 + ((i * 7) % 5) * 0.001, y: 0.5 }]))
  deepStrictEqual(moved(frames, { calibration: field })[0]?.distance, 0)
})

test('V3 a way that was hidden in between counts straight', () => {
  const frames = straight.filter((_, i) => i < 30 || i > 60)
  within(moved(frames, { calibration: field })[0]!.distance, 20, 0.02)
})

test('V4 the peak is a speed that held for half a window: a box that jumps is none', () => {
  const frames = straight.map((frame, i) => (i === 50 ? frameOf(50, [{ x: 0.4, y: 0.52 }]) : frame))
  ok(moved(frames, { calibration: field })[0]!.peakSpeed < 3)
})

test('V5 a track that was seen once has way, duration and speeds of 0', () => {
  const [way] = moved([frameOf(0, [{ x: 0.5, y: 0.5 }])])
  const { distance, durationMs, meanSpeed, peakSpeed } = way!
  deepStrictEqual([distance, durationMs, meanSpeed, peakSpeed], [0, 0, 0, 0])
})

test('V6 a track tells its way when it ends', () => {
  const [way] = moved([...straight.slice(0, 20), frameOf(40, [], { ended: [7] }), frameOf(41, [])])
  deepStrictEqual([way?.trackId, way?.durationMs], [7, 1900])
})

test('T3 a break is no way', () => {
  const frames = [frameOf(0, [{ x: 0.1, y: 0.5 }]), frameOf(1, [{ x: 0.9, y: 0.5 }], { ptsMs: 7_200_000 })]
  strictEqual(moved(frames)[0]?.distance, 0)
})

for (const name of ['PETS09-S2L1', 'TUD-Stadtmitte']) {
  const truth = realClip(`mot/MOT15/${name}/gt/gt.txt`)
  test(`V7 ${name}: ways from boxes are those on the ground within 4 %`, { skip: truth.skip }, () => {
    const { rows, aspect, heightPx, fps } = readTruth(truth.path)
    const marks = rows.filter((_, i) => i % 13 === 0).map(({ feet, world }) => ({ image: feet, world }))
    const calibration = new Calibration({ points: marks }, aspect)
    const fromBoxes = moved(framesFrom(rows, fps), { aspect, heightPx, calibration })
    // The true places themselves, as boxes in a picture of 100 by 100 m.
    const atPlace = ({ world: [x, y] }: TruthRow) => [x / 100 - 0.0005, y / 100 - 0.001, 0.001, 0.001] as const
    const ground = new Calibration({ points: field100 }, 1)
    const onGround = moved(framesFrom(rows, fps, atPlace), { aspect: 1, heightPx, calibration: ground })
    const truths = new Map(onGround.map(way => [way.trackId, way]))
    const long = fromBoxes.filter(({ trackId }) => truths.get(trackId)!.distance > 3)
    ok(long.length >= 5)
    for (const { trackId, distance, peakSpeed } of long) {
      within(distance, truths.get(trackId)!.distance, 0.04)
      within(peakSpeed, truths.get(trackId)!.peakSpeed, 0.06)
    }
  })
}

const goal = realClip('sports/tracking/last_row/LIV_2-1_CHE.csv')
test('V7 ways of football players with half a second of window are 5 % shorter at most than every step added up', {
  skip: goal.skip
}, () => {
  const steps = new Map<string, [ptsMs: number, x: number, y: number][]>()
  for (const line of readFileSync(goal.path, 'utf8').trim().split('\n').slice(1)) {
    const [player, frame, x, y] = line.split(',').map(Number) as [number, number, number, number]
    const way = steps.get(String(player)) ?? []
    steps.set(String(player), way)
    way.push([frame * 50, x * 1.05, y * 0.68]) // 20 pictures a second; shares of a pitch of 105 by 68 m.
  }
  steps.delete('0') // The ball.
  for (const way of steps.values()) {
    const walk = new Walk(500)
    let every = 0
    way.forEach(([ptsMs, x, y], i) => {
      walk.observe(ptsMs, x, y, 0.4)
      if (i > 0) every += Math.hypot(x - way[i - 1]![1], y - way[i - 1]![2])
    })
    const { distance, peakSpeed } = walk.finish()
    if (every > 5) within(distance, every, 0.05)
    ok(peakSpeed < 11, `${peakSpeed} m/s is faster than anybody runs`)
  }
})

const field100 = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1]
].map(([x, y]) => ({ image: [x!, y!] as [number, number], world: [x! * 100, y! * 100] as [number, number] }))
