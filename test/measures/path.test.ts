import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Intake } from '../../src/measures/intake.ts'
import { PathCollector, type TrackPath } from '../../src/measures/path.ts'
import { PathClusters } from '../../src/measures/path-clusters.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { frameOf, walk } from './walk.ts'

function paths(frames: readonly TrackFrame[]): TrackPath[] {
  const intake = new Intake(1)
  const collector = new PathCollector({ aspect: 1 })
  const over = frames.flatMap(frame => {
    const said = collector.process(intake.take(frame))
    intake.settle()
    return said
  })
  return [...over, ...collector.flush()]
}

test('R1 a path has a point for each step, the first and the last place', () => {
  const [path] = paths(walk([0.1, 0.105, 0.12, 0.125].map(x => [x, 0.5])))
  deepStrictEqual(
    [...path!.points].map(value => value.toFixed(3)),
    ['0.100', '0.500', '0.120', '0.500', '0.125', '0.500']
  )
})

test('R2 a long way keeps at most 257 points, evenly', () => {
  const round = Array.from({ length: 5000 }, (_, i): [number, number] => [
    0.5 + 0.4 * Math.cos(i / 40),
    0.5 + 0.4 * Math.sin(i / 40)
  ])
  const [path] = paths(walk(round))
  ok(path!.points.length / 2 <= 257 && path!.points.length / 2 > 100, String(path!.points.length / 2))
})

test('R3 a track that ends tells its path, carried rows left out', () => {
  const [path] = paths([
    frameOf(0, [{ x: 0.1, y: 0.5 }]),
    frameOf(1, [{ x: 0.9, y: 0.5 }], { outcome: 'skipped' }),
    frameOf(2, [], { ended: [7] }),
    frameOf(3, [])
  ])
  deepStrictEqual([path?.trackId, path?.points.length], [7, 2])
})

const from = (ax: number, ay: number, bx: number, by: number) => ({
  points: Float64Array.from({ length: 42 }, (_, at) => {
    const part = Math.floor(at / 2) / 20
    return at % 2 === 0 ? ax + part * (bx - ax) : ay + part * (by - ay)
  })
})

test('R4 ways beside one another are one cluster, the way back another', () => {
  const clusters = new PathClusters(1)
  for (const y of [0.5, 0.52, 0.48]) clusters.add(from(0.1, y, 0.9, y))
  clusters.add(from(0.9, 0.5, 0.1, 0.5))
  clusters.add(from(0.5, 0.1, 0.5, 0.9))
  deepStrictEqual(
    clusters.clusters().map(({ count }) => count),
    [3, 1, 1]
  )
})

test('R5 the middle of a cluster is the mean of its ways', () => {
  const clusters = new PathClusters(2)
  for (const y of [0.5, 0.54]) clusters.add(from(0.1, y, 0.9, y))
  const { middle } = clusters.clusters()[0]!
  deepStrictEqual(
    [middle[0], middle[1], middle[22]].map(value => value?.toFixed(3)),
    ['0.100', '0.520', '0.900']
  )
})

test('R6 who goes nowhere belongs to no cluster', () => {
  const clusters = new PathClusters(1)
  clusters.add(from(0.5, 0.5, 0.52, 0.5))
  clusters.add({ points: Float64Array.of(0.5, 0.5) })
  strictEqual(clusters.clusters().length, 0)
})

test('R6 there are 64 clusters at most, and every way is counted', () => {
  const clusters = new PathClusters(1)
  for (let i = 0; i < 200; i++) clusters.add(from(0.1, i, 0.9, i))
  const all = clusters.clusters()
  deepStrictEqual([all.length, all.reduce((sum, { count }) => sum + count, 0)], [64, 200])
})
