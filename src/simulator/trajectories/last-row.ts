import { SightlineError } from '../../core/errors.ts'
import { pitch } from '../pitch.ts'
import type { Recorded, Trajectory, TrajectoryPoint } from './trajectories.ts'

/** The frame rate of Last Row's recordings, which the files do not say. */
const fps = 20

/**
 * Reads Last Row's positional data of goals: CSV with a row per player and frame, `x` and `y` in per cent of the
 * pitch from the near-left corner of their drawing (y grows downwards), player 0 the ball.
 * @throws SightlineError `SL_INPUT_DAMAGED` naming the line.
 */
export function readLastRow(text: string, path: string): Recorded {
  const [header = '', ...lines] = text.split(/\r?\n/)
  const names = header.split(',')
  const [player, frame, x, y, z, team] = ['player', 'frame', 'x', 'y', 'z', 'team'].map(name =>
    names.indexOf(name)
  ) as [number, number, number, number, number, number]
  const tracks = new Map<string, { team: string; points: TrajectoryPoint[] }>()
  for (const [index, line] of lines.entries()) {
    if (line === '') continue
    const cells = cellsOf(line)
    const point = {
      seconds: Number(cells[frame]) / fps,
      x: (Number(cells[x]) / 100 - 0.5) * pitch.length,
      y: (0.5 - Number(cells[y]) / 100) * pitch.width,
      z: Number(cells[z] || 0)
    }
    if (![point.seconds, point.x, point.y, point.z].every(Number.isFinite)) {
      throw new SightlineError('SL_INPUT_DAMAGED', `${path}, line ${index + 2}: frame, x, y and z have to be numbers.`)
    }
    const id = cells[player] ?? ''
    const track = tracks.get(id) ?? { team: cells[team] ?? '', points: [] }
    track.points.push(point)
    tracks.set(id, track)
  }
  const trajectories = [...tracks].map(([id, track]): [string, Trajectory] => [
    id,
    {
      name: id,
      team: track.team === 'attack' ? 'home' : 'away',
      role: 'player',
      points: track.points.sort((a, b) => a.seconds - b.seconds)
    }
  ])
  return {
    seconds: Math.max(0, ...trajectories.map(([, { points }]) => points.at(-1)!.seconds)),
    people: trajectories.filter(([id]) => id !== '0').map(([, trajectory]) => trajectory),
    ball: trajectories.find(([id]) => id === '0')?.[1]
  }
}

/** Cells of a CSV line; quotes hold commas together. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ''
  )
}
