import { pitch } from '../pitch.ts'

export const ballRadius = 0.11
const gravity = 9.81
/** Rolling on cut grass slows a ball by about this much, m/s². */
export const rollingDrag = 2.2
const bounce = 0.55
/** Where the boards stop a ball that left the field, metres from the lines. */
const runOff = 3.5

/** A football that flies, bounces and rolls. */
export class FlyingBall {
  x = 0
  y = 0
  z = ballRadius
  vx = 0
  vy = 0
  vz = 0
  roll = 0

  get speedMps(): number {
    return Math.hypot(this.vx, this.vy)
  }

  /** Along the ground, fast enough to reach the point at `arriveMps`. */
  rollTo(x: number, y: number, arriveMps: number): void {
    const distance = Math.hypot(x - this.x, y - this.y)
    this.#aim(x, y, Math.sqrt(arriveMps ** 2 + 2 * rollingDrag * distance))
    this.vz = 0
  }

  /** Through the air, coming down at the point after `seconds`. */
  loftTo(x: number, y: number, seconds: number): void {
    this.#aim(x, y, Math.hypot(x - this.x, y - this.y) / seconds)
    this.vz = (gravity * seconds) / 2
  }

  /** At a place between the posts, passing the goal line at `height`. */
  shoot(x: number, y: number, height: number, speedMps: number): void {
    const seconds = Math.hypot(x - this.x, y - this.y) / speedMps
    this.#aim(x, y, speedMps)
    this.vz = (height - this.z) / seconds + (gravity * seconds) / 2
  }

  step(dt: number): void {
    const speed = this.speedMps
    if (this.z > ballRadius + 1e-3 || this.vz > 0.5) {
      this.vz -= gravity * dt
      this.z += this.vz * dt
      if (this.z < ballRadius) {
        this.z = ballRadius
        this.vz = this.vz < -1.2 ? -this.vz * bounce : 0
        this.vx *= 0.82
        this.vy *= 0.82
      }
    } else if (speed > 0) {
      const slower = Math.max(0, speed - rollingDrag * dt) / speed
      this.vx *= slower
      this.vy *= slower
    }
    this.x += this.vx * dt
    this.y += this.vy * dt
    this.roll += (speed * dt) / ballRadius
    this.#stopAtNetAndBoards()
  }

  #stopAtNetAndBoards(): void {
    const halfLength = pitch.length / 2
    const inGoal = Math.abs(this.y) < pitch.goalWidth / 2 && this.z < pitch.goalHeight
    const stopX = halfLength + (inGoal ? pitch.goalDepth - 0.3 : runOff)
    const stopY = pitch.width / 2 + runOff
    if (Math.abs(this.x) > stopX) {
      this.x = Math.sign(this.x) * stopX
      this.vx *= -0.15
      this.vy *= 0.3
    }
    if (Math.abs(this.y) > stopY) {
      this.y = Math.sign(this.y) * stopY
      this.vy *= -0.3
    }
  }

  #aim(x: number, y: number, speed: number): void {
    const distance = Math.max(1e-6, Math.hypot(x - this.x, y - this.y))
    this.vx = ((x - this.x) / distance) * speed
    this.vy = ((y - this.y) / distance) * speed
  }
}
