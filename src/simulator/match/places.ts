import { pitch } from '../pitch.ts'
import type { FlyingBall } from './flying-ball.ts'
import type { Member } from './squads.ts'

export interface Place {
  readonly x: number
  readonly y: number
  /** Share of the top speed that the situation asks for. */
  readonly haste: number
}

const halfLength = pitch.length / 2
const halfWidth = pitch.width / 2

/** Where somebody without a task of their own goes: the formation, drawn towards the ball and the team in possession. */
export function formationPlace(
  member: Member,
  ball: FlyingBall,
  attacking: boolean,
  wanderX: number,
  wanderY: number
): Place {
  if (member.role === 'goalkeeper') return goalkeeperPlace(member, ball)
  const { attacks } = member
  const ballDepth = (attacks * ball.x) / halfLength
  const depth = member.depth * 0.62 + ballDepth * 0.52 + (attacking ? 0.1 : -0.07)
  // Without the ball a team stands narrower.
  const width = attacking ? 0.86 : 0.62
  const x = attacks * clamp(depth, -0.9, 0.86) * halfLength + wanderX
  const y = attacks * member.side * width * halfWidth + ball.y * 0.28 + wanderY
  return { x: clamp(x, -halfLength + 2, halfLength - 2), y: clamp(y, -halfWidth + 1.5, halfWidth - 1.5), haste: 0.62 }
}

/** On the line from the ball to the middle of the goal, further out when the ball is far. */
function goalkeeperPlace({ attacks }: Member, ball: FlyingBall): Place {
  const goalX = -attacks * halfLength
  const away = Math.hypot(ball.x - goalX, ball.y)
  const out = clamp(away * 0.14, 1.2, 11)
  return {
    x: goalX + ((ball.x - goalX) / Math.max(away, 1)) * out,
    y: clamp((ball.y / Math.max(away, 1)) * out, -8, 8),
    haste: away < 30 ? 0.7 : 0.35
  }
}

/** Goal-side of an opponent, so that a pass to them can be cut off. */
export function markingPlace(member: Member, opponent: Member): Place {
  const goalX = -member.attacks * halfLength
  const dx = goalX - opponent.agent.x
  const dy = -opponent.agent.y
  const distance = Math.max(1, Math.hypot(dx, dy))
  return { x: opponent.agent.x + (dx / distance) * 2.4, y: opponent.agent.y + (dy / distance) * 2.4, haste: 0.75 }
}

/** The referee keeps the ball in view from the side, out of the passes' way. */
export function refereePlace(ball: FlyingBall): Place {
  return { x: clamp(ball.x * 0.86 - 7, -44, 44), y: clamp(ball.y * 0.6 + 9, -26, 26), haste: 0.75 }
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value))
}
