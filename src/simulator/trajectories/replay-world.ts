import type { Camera } from '../camera.ts'
import { CameraOperator, type CameraStyle } from '../match/camera-operator.ts'
import { ballRadius } from '../match/flying-ball.ts'
import { appearance } from '../match/squads.ts'
import type { SeededRandom } from '../random.ts'
import type { Ball, Moment, Person, World } from '../scene.ts'
import { positionAt, type Recorded, type Trajectory } from './trajectories.ts'

/** Speed is measured over this time on both sides of a moment, so that a recording's jitter does not show as twitching legs. */
const speedWindowSeconds = 0.2

interface Actor {
  readonly trajectory: Trajectory
  readonly look: Pick<Person, 'heightM' | 'outfit'>
  stride: number
  heading: number
}

/** Recorded movement, played by figures. */
export class ReplayWorld implements World {
  readonly #recorded: Recorded
  readonly #actors: readonly Actor[]
  readonly #operator: CameraOperator
  #seconds = 0
  #ball: Ball | undefined

  constructor(random: SeededRandom, recorded: Recorded, width: number, height: number, style: CameraStyle) {
    this.#recorded = recorded
    this.#actors = recorded.people.map(trajectory => ({
      trajectory,
      look: appearance(random, trajectory.role, trajectory.team),
      stride: random.between(0, 2 * Math.PI),
      heading: 0
    }))
    this.#ball = this.#ballNow()
    this.#operator = new CameraOperator(
      style,
      width,
      height,
      this.#focus(),
      style === 'still' ? this.#middle() : undefined
    )
  }

  step(dt: number): void {
    this.#seconds += dt
    const before = this.#ball
    this.#ball = this.#ballNow()
    if (this.#ball && before) {
      const moved = Math.hypot(this.#ball.x - before.x, this.#ball.y - before.y)
      this.#ball = { ...this.#ball, roll: before.roll + moved / ballRadius }
    }
    for (const actor of this.#actors) {
      const [vx, vy] = velocityAt(actor.trajectory, this.#seconds)
      const speed = Math.hypot(vx, vy)
      actor.stride += ((speed * dt) / (0.9 + 0.45 * speed)) * 2 * Math.PI
      if (speed > 0.5) {
        const turn = Math.atan2(vy, vx) - actor.heading
        actor.heading += Math.atan2(Math.sin(turn), Math.cos(turn)) * Math.min(1, 6 * dt)
      }
    }
    this.#operator.step(dt, this.#focus())
  }

  moment(): Moment {
    const people: Person[] = []
    for (const [index, { trajectory, look, stride, heading }] of this.#actors.entries()) {
      const point = positionAt(trajectory, this.#seconds)
      if (!point) continue
      const speedMps = Math.hypot(...velocityAt(trajectory, this.#seconds))
      const { role, team } = trajectory
      people.push({ id: index + 1, role, team, x: point.x, y: point.y, heading, speedMps, stride, ...look })
    }
    return { camera: this.camera(), people, ball: this.#ball }
  }

  camera(): Camera {
    return this.#operator.camera()
  }

  #ballNow(): Ball | undefined {
    const point = this.#recorded.ball && positionAt(this.#recorded.ball, this.#seconds)
    return point && { x: point.x, y: point.y, z: Math.max(ballRadius, point.z), roll: 0 }
  }

  /** What the camera follows: the ball, or where it was last, or the middle of everybody. */
  #focus(): Ball {
    if (this.#ball) return this.#ball
    const { x, y } = this.#middle()
    return { x, y, z: ballRadius, roll: 0 }
  }

  #middle(): { x: number; y: number } {
    const points = (this.#recorded.ball ? [this.#recorded.ball] : this.#recorded.people).flatMap(({ points }) => points)
    if (points.length === 0) return { x: 0, y: 0 }
    const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 })
    return { x: sum.x / points.length, y: sum.y / points.length }
  }
}

function velocityAt(trajectory: Trajectory, seconds: number): [number, number] {
  const before = positionAt(trajectory, seconds - speedWindowSeconds) ?? positionAt(trajectory, seconds)
  const after = positionAt(trajectory, seconds + speedWindowSeconds) ?? positionAt(trajectory, seconds)
  if (!before || !after || after.seconds <= before.seconds) return [0, 0]
  const dt = after.seconds - before.seconds
  return [(after.x - before.x) / dt, (after.y - before.y) / dt]
}
