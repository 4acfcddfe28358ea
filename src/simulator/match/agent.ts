/** What legs can do. Elite sprinters on a pitch reach 9 to 10 m/s, and 4 to 5 m/s² from standing. */
export const limits = { speedMps: 9, accelerationMps2: 5 } as const

/** Somebody who wants to be somewhere: bounded speed and acceleration, so motion stays plausible whatever is asked. */
export class Agent {
  x: number
  y: number
  vx = 0
  vy = 0
  heading = 0
  stride: number
  readonly topSpeedMps: number

  constructor(x: number, y: number, topSpeedMps: number, stride: number) {
    this.x = x
    this.y = y
    this.topSpeedMps = Math.min(topSpeedMps, limits.speedMps)
    this.stride = stride
  }

  get speedMps(): number {
    return Math.hypot(this.vx, this.vy)
  }

  /**
   * Moves for `dt` seconds towards a point at up to `haste` (0…1) of the top speed, braking to stop there. When slow,
   * the body turns to face `(lookX, lookY)`.
   */
  approach(
    targetX: number,
    targetY: number,
    haste: number,
    dt: number,
    [lookX, lookY]: readonly [number, number],
    [avoidX, avoidY]: readonly [number, number]
  ): void {
    const dx = targetX - this.x
    const dy = targetY - this.y
    const distance = Math.hypot(dx, dy)
    const braking = limits.accelerationMps2 * 0.45
    const wanted = Math.min(this.topSpeedMps * haste, Math.sqrt(2 * braking * distance), distance * 2.2)
    const scale = distance > 1e-6 ? wanted / distance : 0
    let ax = (dx * scale + avoidX - this.vx) / dt
    let ay = (dy * scale + avoidY - this.vy) / dt
    const asked = Math.hypot(ax, ay)
    const allowed = limits.accelerationMps2 * (0.5 + 0.5 * haste)
    if (asked > allowed) {
      ax *= allowed / asked
      ay *= allowed / asked
    }
    this.vx += ax * dt
    this.vy += ay * dt
    const running = this.speedMps
    if (running > this.topSpeedMps) {
      this.vx *= this.topSpeedMps / running
      this.vy *= this.topSpeedMps / running
    }
    this.x += this.vx * dt
    this.y += this.vy * dt
    const speed = this.speedMps
    // Two steps of a walk at 1.4 m/s are 1.5 m, of a run at 6 m/s 3.6 m.
    this.stride += ((speed * dt) / (0.9 + 0.45 * speed)) * 2 * Math.PI
    const facing = speed > 0.9 ? Math.atan2(this.vy, this.vx) : Math.atan2(lookY - this.y, lookX - this.x)
    this.heading += turnBy(facing - this.heading, (speed > 0.9 ? 9 : 4) * dt)
  }
}

function turnBy(angle: number, most: number): number {
  const shortest = Math.atan2(Math.sin(angle), Math.cos(angle))
  return Math.max(-most, Math.min(most, shortest))
}
