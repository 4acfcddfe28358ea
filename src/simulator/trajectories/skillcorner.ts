import { SightlineError } from '../../core/errors.ts'
import type { Person } from '../scene.ts'
import type { Recorded, Trajectory, TrajectoryPoint } from './trajectories.ts'

interface Line {
  readonly timestamp?: string | null
  readonly period?: number | null
  readonly ball_data?: { x: number | null; y: number | null; z: number | null }
  readonly player_data?: readonly { player_id: number; x: number; y: number }[]
}

interface Match {
  readonly home_team: { id: number }
  readonly players: readonly { id: number; team_id: number; player_role: { acronym: string } }[]
}

/** A longer time without a tracked player ends the stretch, as does a clock that starts anew with the next period. */
const longestPauseSeconds = 10

/**
 * Reads SkillCorner's tracking (version 3): a JSON object a line, positions in metres from the centre spot. The match
 * data beside it tells teams and goalkeepers; without it (or where it is another match's) all play for the home team. Only the first stretch
 * in which players were tracked is read, from its first frame.
 * @throws SightlineError `SL_INPUT_DAMAGED` naming the line.
 */
export function readSkillcorner(text: string, path: string, matchText?: string): Recorded {
  const match = matchText === undefined ? undefined : (parsed(matchText, `the match data beside ${path}`) as Match)
  const roles = new Map(match?.players.map(player => [player.id, player]))
  const people = new Map<number, TrajectoryPoint[]>()
  const ball: TrajectoryPoint[] = []
  let start: number | undefined
  let last = 0
  for (const [index, source] of text.split('\n').entries()) {
    if (source.trim() === '') continue
    const line = parsed(source, `${path}, line ${index + 1}`) as Line
    const now = secondsOf(line.timestamp)
    if (now === undefined || !line.player_data?.length) continue
    start ??= now
    const seconds = now - start
    if (seconds < last || seconds - last > longestPauseSeconds) break
    last = seconds
    for (const { player_id, x, y } of line.player_data) {
      const points = people.get(player_id) ?? []
      points.push({ seconds, x, y, z: 0 })
      people.set(player_id, points)
    }
    const { x = null, y = null, z = null } = line.ball_data ?? {}
    if (x !== null && y !== null) ball.push({ seconds, x, y, z: z ?? 0 })
  }
  const known = match !== undefined && [...people.keys()].some(id => roles.has(id))
  const trajectories = [...people].map(([id, points]): Trajectory => {
    const player = roles.get(id)
    const team: Person['team'] = !known
      ? 'home'
      : !player
        ? 'none'
        : player.team_id === match.home_team.id
          ? 'home'
          : 'away'
    const role: Person['role'] =
      team === 'none' ? 'referee' : player?.player_role.acronym === 'GK' ? 'goalkeeper' : 'player'
    return { name: String(id), team, role, points }
  })
  const ballTrajectory: Trajectory | undefined =
    ball.length > 0 ? { name: 'ball', team: 'none', role: 'player', points: ball } : undefined
  return { seconds: last, people: trajectories, ball: ballTrajectory }
}

/** `00:01:02.30`. */
function secondsOf(timestamp: string | null | undefined): number | undefined {
  if (!timestamp) return undefined
  const [hours, minutes, seconds] = timestamp.split(':').map(Number)
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)
}

function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SightlineError('SL_INPUT_DAMAGED', `${place} is not JSON: ${(cause as Error).message}.`, { cause })
  }
}
