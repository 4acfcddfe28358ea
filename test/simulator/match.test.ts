import { deepStrictEqual, notDeepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { limits } from '../../src/simulator/match/agent.ts'
import { ballRadius, FlyingBall } from '../../src/simulator/match/flying-ball.ts'
import { MatchWorld } from '../../src/simulator/match/match-world.ts'
import { pitch, pitchLines } from '../../src/simulator/pitch.ts'
import { SeededRandom } from '../../src/simulator/random.ts'
import type { Moment } from '../../src/simulator/scene.ts'

const dt = 0.02

function play(seed: number, seconds: number): Moment[] {
  const world = new MatchWorld(new SeededRandom(seed), { width: 640, height: 360, camera: 'pan', playersPerTeam: 11 })
  return Array.from({ length: Math.round(seconds / dt) }, () => {
    world.step(dt)
    return world.moment()
  })
}

const minute = play(5, 60)

test('G1 a seed gives the same match every time', () => {
  deepStrictEqual(play(9, 2).at(-1), play(9, 2).at(-1))
})

test('G2 another seed gives another match', () => {
  notDeepStrictEqual(play(9, 2).at(-1)!.people, play(10, 2).at(-1)!.people)
})

test('G3 nobody runs faster or speeds up more than legs can', () => {
  const velocities = minute.slice(1).map((moment, index) =>
    moment.people.map(({ x, y }, who) => {
      const before = minute[index]!.people[who]!
      return [(x - before.x) / dt, (y - before.y) / dt] as const
    })
  )
  const speeds = velocities.flat().map(([vx, vy]) => Math.hypot(vx, vy))
  const accelerations = velocities
    .slice(1)
    .flatMap((now, index) =>
      now.map(([vx, vy], who) => Math.hypot(vx - velocities[index]![who]![0], vy - velocities[index]![who]![1]) / dt)
    )
  ok(Math.max(...speeds.slice(0, 60_000)) <= limits.speedMps + 1e-6)
  ok(Math.max(...accelerations.slice(0, 60_000)) <= limits.accelerationMps2 + 1e-6)
  ok(Math.max(...speeds.slice(0, 60_000)) > 6, 'somebody sprints')
})

test('G4 players stay on the pitch or its run-off', () => {
  for (const { people } of minute) {
    for (const { x, y } of people)
      ok(Math.abs(x) < pitch.length / 2 + 5 && Math.abs(y) < pitch.width / 2 + 5, `somebody is at ${x}, ${y}`)
  }
})

test('G5 the ball changes hands, and some passes fly', () => {
  const heights = minute.map(({ ball }) => ball!.z)
  const xs = minute.map(({ ball }) => ball!.x)
  ok(Math.max(...heights) > 1.5)
  ok(Math.min(...heights) >= ballRadius - 1e-9)
  ok(Math.max(...xs) - Math.min(...xs) > 20)
})

test('G6 a lofted ball comes down where it was aimed', () => {
  const ball = new FlyingBall()
  ball.loftTo(30, 10, 2)
  for (let step = 0; step < 2 / 0.001; step++) ball.step(0.001)
  ok(Math.hypot(ball.x - 30, ball.y - 10) < 0.2, `it is at ${ball.x}, ${ball.y}`)
})

test('G7 a rolled ball passes its target at the speed asked for', () => {
  const ball = new FlyingBall()
  ball.rollTo(20, 0, 4)
  while (ball.x < 20) ball.step(0.001)
  ok(Math.abs(ball.speedMps - 4) < 0.05, `${ball.speedMps} m/s`)
})

test('G8 the penalty arc meets the penalty area, the Laws of the Game say where', () => {
  const arcs = pitchLines().filter(line => line.length > 20)
  const edge = pitch.length / 2 - pitch.penaltyAreaDepth
  // √(9.15² − 5.5²) = 7.31 m from the middle.
  const ends = arcs.flatMap(line => [line[0]!, line.at(-1)!]).filter(([x]) => Math.abs(Math.abs(x) - edge) < 1e-6)
  deepStrictEqual(
    ends.map(([, y]) => Math.abs(y).toFixed(2)),
    Array(4).fill('7.31')
  )
})
