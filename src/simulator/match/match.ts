import { pitch } from '../pitch.ts'
import type { SeededRandom } from '../random.ts'
import type { Ball, Person } from '../scene.ts'
import { ballRadius, FlyingBall } from './flying-ball.ts'
import { choosePass } from './passing.ts'
import { clamp, formationPlace, markingPlace, type Place, refereePlace } from './places.ts'
import { type Member, squads } from './squads.ts'

const halfLength = pitch.length / 2
const halfWidth = pitch.width / 2
/** Nearer than this people move apart, metres. */
const roomMetres = 1.5

/**
 * A football match that plays itself: the one with the ball runs, passes and shoots, the nearest opponent presses,
 * the rest keep formation or mark. Not a game to be won; motion that looks and measures like one.
 */
export class Match {
  readonly members: readonly Member[]
  readonly #random: SeededRandom
  readonly #ball = new FlyingBall()
  readonly #wander = new Map<Member, { x: number; y: number; until: number }>()
  /** Where along the pitch the play is drawn to, metres; undefined plays everywhere. */
  readonly #focusX: number | undefined
  #seconds = 0
  #holder: Member | undefined
  #holdUntil = 0
  #kicker: Member | undefined
  #kickedAt = Number.NEGATIVE_INFINITY
  #receiver: Member | undefined
  #deadUntil: number | undefined

  constructor(random: SeededRandom, perTeam: number, focusX?: number) {
    this.#random = random
    this.#focusX = focusX
    this.members = squads(random.fork(), perTeam)
    this.#take(this.members[Math.min(3, perTeam - 1)]!)
    if (focusX !== undefined) this.#ball.x = focusX
  }

  get ball(): Ball {
    const { x, y, z, roll } = this.#ball
    return { x, y, z, roll }
  }

  people(): Person[] {
    return this.members.map(({ id, role, team, heightM, outfit, agent }) => {
      const { x, y, heading, speedMps, stride } = agent
      return { id, role, team, x, y, heading, speedMps, stride, heightM, outfit }
    })
  }

  step(dt: number): void {
    this.#seconds += dt
    if (this.#holder) this.#carry(this.#holder, dt)
    else this.#ball.step(dt)
    if (!this.#holder) this.#loseOrWin()
    for (const member of this.members) this.#move(member, dt)
  }

  #carry(holder: Member, dt: number): void {
    const { agent } = holder
    const ball = this.#ball
    const ahead = 0.62 + 0.22 * Math.sin(agent.stride)
    const share = Math.min(1, 14 * dt)
    const dx = (agent.x + Math.cos(agent.heading) * ahead - ball.x) * share
    const dy = (agent.y + Math.sin(agent.heading) * ahead - ball.y) * share
    ball.x += dx
    ball.y += dy
    ball.z += (ballRadius - ball.z) * share
    ball.roll += Math.hypot(dx, dy) / ballRadius
    if (this.#seconds >= this.#holdUntil) this.#kick(holder)
  }

  #kick(holder: Member): void {
    const random = this.#random
    const ball = this.#ball
    const goalX = holder.attacks * halfLength
    const toGoal = Math.hypot(goalX - ball.x, ball.y)
    ball.vz = 0
    if (toGoal < 24 && random.unit() < 0.55) {
      ball.shoot(goalX, random.between(-4.4, 4.4), random.between(0.2, 2.5), random.between(18, 25))
      this.#receiver = undefined
    } else {
      const receiver = choosePass(holder, this.members, random, this.#focusX)
      const lead = random.between(0.3, 0.9)
      const x = clamp(receiver.agent.x + receiver.agent.vx * lead, -halfLength + 1, halfLength - 1)
      const y = clamp(receiver.agent.y + receiver.agent.vy * lead, -halfWidth + 1, halfWidth - 1)
      const distance = Math.hypot(x - ball.x, y - ball.y)
      if (distance > 17 && random.unit() < 0.5) ball.loftTo(x, y, 0.8 + distance / 26)
      else ball.rollTo(x, y, 4)
      this.#receiver = receiver
    }
    this.#holder = undefined
    this.#kicker = holder
    this.#kickedAt = this.#seconds
  }

  #loseOrWin(): void {
    const ball = this.#ball
    if (this.#deadUntil !== undefined) {
      if (this.#seconds >= this.#deadUntil) this.#restart()
      return
    }
    if (Math.abs(ball.x) > halfLength + ballRadius || Math.abs(ball.y) > halfWidth + ballRadius) {
      this.#deadUntil = this.#seconds + 2
      return
    }
    const reach = (member: Member) => (member.role === 'goalkeeper' ? 1.4 : 0.85)
    const height = (member: Member) => (member.role === 'goalkeeper' ? 2.4 : 1)
    for (const member of this.members) {
      if (member.role === 'referee' || ball.z > height(member)) continue
      if (member === this.#kicker && this.#seconds < this.#kickedAt + 0.7) continue
      if (Math.hypot(member.agent.x - ball.x, member.agent.y - ball.y) < reach(member)) {
        this.#take(member)
        return
      }
    }
  }

  /** A goal kick from the end the ball went out at, a throw-in from the touchline. */
  #restart(): void {
    const ball = this.#ball
    this.#deadUntil = undefined
    ball.vx = ball.vy = ball.vz = 0
    ball.z = ballRadius
    if (Math.abs(ball.x) > halfLength) {
      ball.x = Math.sign(ball.x) * (halfLength - 5)
      ball.y = Math.sign(ball.y || 1) * 5
    } else {
      ball.y = Math.sign(ball.y) * (halfWidth - 0.3)
    }
    const last = this.#kicker?.team
    this.#receiver = this.#nearest(member => member.team !== last && member.team !== 'none')
  }

  #take(member: Member): void {
    this.#holder = member
    this.#receiver = undefined
    this.#holdUntil = this.#seconds + this.#random.between(0.7, member.role === 'goalkeeper' ? 2.8 : 2.4)
  }

  #move(member: Member, dt: number): void {
    const ball = this.#ball
    const place = this.#placeFor(member)
    let avoidX = 0
    let avoidY = 0
    // People make room by where they want to go, so nobody is ever pushed faster than they run.
    for (const other of this.members) {
      if (other === member) continue
      const dx = member.agent.x - other.agent.x
      const dy = member.agent.y - other.agent.y
      const distance = Math.hypot(dx, dy)
      if (distance > roomMetres || distance < 1e-6) continue
      const away = (8 * (roomMetres - distance)) / distance
      avoidX += dx * away
      avoidY += dy * away
    }
    member.agent.approach(place.x, place.y, place.haste, dt, [ball.x, ball.y], [avoidX, avoidY])
  }

  #placeFor(member: Member): Place {
    const ball = this.#ball
    if (member.role === 'referee') return refereePlace(ball)
    if (member === this.#holder) return this.#runWithBall(member)
    const attackers = (this.#holder ?? this.#receiver ?? this.#kicker)?.team
    const lookahead = this.#holder ? 0 : 0.35
    const there = { x: ball.x + ball.vx * lookahead, y: ball.y + ball.vy * lookahead }
    const free = this.#deadUntil === undefined
    if (free && member === this.#receiver) return { ...there, haste: 1 }
    if (free && member.role === 'player' && member.team !== attackers) {
      if (member === this.#nearest(other => other.team === member.team && other.role === 'player'))
        return { ...there, haste: 0.92 }
      const opponent = this.#nearestTo(member, other => other.team !== member.team && other.role === 'player')
      if (opponent && Math.hypot(opponent.agent.x - member.agent.x, opponent.agent.y - member.agent.y) < 6)
        return markingPlace(member, opponent)
    }
    const wander = this.#wanderOf(member)
    return formationPlace(member, ball, member.team === attackers, wander.x, wander.y)
  }

  #runWithBall(member: Member): Place {
    if (member.role === 'goalkeeper') return { x: -member.attacks * (halfLength - 9), y: 0, haste: 0.3 }
    const wander = this.#wanderOf(member)
    const towards = this.#focusX === undefined ? member.attacks * 44 : this.#focusX + member.attacks * 16
    return { x: towards, y: member.agent.y * 0.7 + wander.y * 2, haste: 0.68 }
  }

  #wanderOf(member: Member): { x: number; y: number } {
    const known = this.#wander.get(member)
    if (known && this.#seconds < known.until) return known
    const random = this.#random
    const fresh = { x: random.normal() * 4, y: random.normal() * 3, until: this.#seconds + random.between(1.5, 4) }
    this.#wander.set(member, fresh)
    return fresh
  }

  #nearest(wanted: (member: Member) => boolean): Member | undefined {
    return nearest(this.members.filter(wanted), this.#ball.x, this.#ball.y)
  }

  #nearestTo({ agent }: Member, wanted: (member: Member) => boolean): Member | undefined {
    return nearest(this.members.filter(wanted), agent.x, agent.y)
  }
}

function nearest(members: readonly Member[], x: number, y: number): Member | undefined {
  let best: Member | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const member of members) {
    const distance = Math.hypot(member.agent.x - x, member.agent.y - y)
    if (distance < bestDistance) {
      best = member
      bestDistance = distance
    }
  }
  return best
}
