import type { SeededRandom } from '../random.ts'
import type { Member } from './squads.ts'

/** Whom to pass to: ahead rather than back, at a good distance, away from opponents, with some whim. */
export function choosePass(
  holder: Member,
  members: readonly Member[],
  random: SeededRandom,
  focusX: number | undefined
): Member {
  let best = holder
  let bestScore = Number.NEGATIVE_INFINITY
  for (const mate of members) {
    if (mate === holder || mate.team !== holder.team) continue
    const distance = Math.hypot(mate.agent.x - holder.agent.x, mate.agent.y - holder.agent.y)
    const ahead = (mate.agent.x - holder.agent.x) * holder.attacks
    const offFocus = focusX === undefined ? 0 : Math.max(0, Math.abs(mate.agent.x - focusX) - 12)
    const score =
      ahead * 0.25 -
      Math.abs(distance - 16) * 0.3 +
      Math.min(8, openness(mate, members)) * 0.9 -
      offFocus * 0.6 -
      (mate.role === 'goalkeeper' ? 8 : 0) +
      random.normal() * 2.5
    if (score > bestScore) {
      best = mate
      bestScore = score
    }
  }
  return best
}

/** Metres to the nearest opponent. */
function openness({ agent, team }: Member, members: readonly Member[]): number {
  let closest = Number.POSITIVE_INFINITY
  for (const other of members) {
    if (other.team === team || other.team === 'none') continue
    closest = Math.min(closest, Math.hypot(other.agent.x - agent.x, other.agent.y - agent.y))
  }
  return closest
}
