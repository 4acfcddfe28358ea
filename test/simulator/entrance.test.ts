import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { EntranceWorld } from '../../src/simulator/entrance/entrance-world.ts'
import { frameTruth } from '../../src/simulator/ground-truth.ts'
import { SeededRandom } from '../../src/simulator/random.ts'
import { film, type Shot } from '../../src/simulator/scene.ts'
import { EntryLog } from '../../src/simulator/truth-rows.ts'

function watch(seed: number, seconds: number, activity: number): { shots: Shot[]; active: number; log: EntryLog } {
  const world = new EntranceWorld(new SeededRandom(seed), { width: 640, height: 360, seconds, activity })
  const shots = [...film(world, { fps: 10, frames: seconds * 10, exposures: 1 })]
  const log = new EntryLog()
  let active = 0
  for (const shot of shots) {
    const truth = frameTruth(shot.moment)
    log.add(shot, truth)
    if (truth.people.length > 0) active++
  }
  return { shots, active: active / shots.length, log }
}

for (const activity of [0.05, 0.1, 0.3, 0.6]) {
  test(`E1 somebody is in view for the share of the time asked for: ${activity}`, () => {
    const { active } = watch(4, 200, activity)
    ok(Math.abs(active - activity) < 0.01 + activity * 0.15, `${active}`)
  })
}

test('E2 without activity nobody comes', () => {
  deepStrictEqual(watch(4, 20, 0).log.entries, [])
})

test('E3 every visit is one entry, from the first frame it is seen in to the last', () => {
  const { log, shots } = watch(7, 120, 0.2)
  deepStrictEqual(
    log.entries.map(({ id }) => id),
    [1, 2, 3, 4]
  )
  for (const { id, firstFrame, lastFrame } of log.entries) {
    const inView = (frame: number) => frameTruth(shots[frame - 1]!.moment).people.some(({ person }) => person.id === id)
    deepStrictEqual([firstFrame - 1, firstFrame, lastFrame, lastFrame + 1].map(inView), [false, true, true, false])
  }
})

test('E4 other seeds have other times', () => {
  const first = (seed: number) => watch(seed, 100, 0.05).log.entries[0]!.firstFrame
  ok(new Set([1, 2, 3].map(first)).size === 3)
})

test('E5 in a loop it ends as it began, with as many in view as were asked for', () => {
  const options = { width: 640, height: 360, seconds: 20, activity: 3, loops: true }
  const shots = [...film(new EntranceWorld(new SeededRandom(4), options), { fps: 10, frames: 401, exposures: 1 })]
  const places = (frame: number) =>
    shots[frame]!.moment.people.map(({ id, x, y }) => [id, x.toFixed(6), y.toFixed(6)].join())
  for (const frame of [0, 1, 57, 199, 200]) deepStrictEqual(places(frame + 200), places(frame))
  const inView = shots.slice(0, 200).map(({ moment }) => frameTruth(moment).people.length)
  const mean = inView.reduce((sum, count) => sum + count, 0) / inView.length
  ok(Math.abs(mean - 3) < 0.3, `${mean}`)
})
