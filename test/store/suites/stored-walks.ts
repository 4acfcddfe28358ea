import type { TrajectoryHeadRecord, TrajectoryRecord } from '../../../src/contract/record.ts'
import type { TrajectoryHeader } from '../../../src/contract/trajectory.ts'
import type { TrackFrame } from '../../../src/measures/track-frame.ts'
import { SeededRandom } from '../../../src/simulator/random.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { chunkRow, headRow } from '../../../src/store/log-sink-rows.ts'
import { ChunkMaker } from '../../../src/trajectories/chunk-maker.ts'
import type { PartLimits } from '../../../src/trajectories/part-maker.ts'
import { frameOf, header } from '../../trajectories/stored.ts'

/** Wall time of media time 0 in these tests. */
export const baseMs = Date.UTC(2026, 10, 21, 8)

export interface WalkOptions {
  readonly seed: number
  readonly frames: number
  readonly people?: number
  /** Milliseconds between frames. */
  readonly stepMs?: number
  /** Where they walk: left, top, right, bottom. */
  readonly within?: readonly [number, number, number, number]
}

/** People who wander about, leave and are followed by others; every seventh frame is gated. */
export function walks({ seed, frames, people = 4, stepMs = 100, within = [0, 0.3, 1, 1] }: WalkOptions): TrackFrame[] {
  const random = new SeededRandom(seed)
  const [left, top, right, bottom] = within
  let nextId = 1
  const begin = () => ({
    id: nextId++,
    classId: Math.floor(random.unit() * 3),
    x: random.between(left, right),
    y: random.between(top, bottom),
    dx: random.between(-0.01, 0.01),
    dy: random.between(-0.004, 0.004),
    left: Math.floor(random.between(10, 200))
  })
  const crowd = Array.from({ length: people }, begin)
  return Array.from({ length: frames }, (_, frame) => {
    const isGated = frame % 7 === 6
    const ended: number[] = []
    for (const [at, person] of crowd.entries()) {
      if (isGated) continue
      if (person.left-- === 0) {
        ended.push(person.id)
        crowd[at] = begin()
        continue
      }
      person.x += person.dx
      person.y += person.dy
      if (person.x < left || person.x > right) person.dx *= -1
      if (person.y < top || person.y > bottom) person.dy *= -1
    }
    const rows = crowd.map(({ id, classId, x, y }) => ({
      id,
      classId,
      box: [quantised(x - 0.02), quantised(y - 0.1), 0.0390625, quantised(0.1)] as const,
      observed: !isGated
    }))
    return frameOf(frame, rows, { ptsMs: frame * stepMs, ended, outcome: isGated ? 'gated' : 'analysed' })
  })
}

function quantised(value: number): number {
  return Math.round(value * 4096) / 4096
}

/** Chunks of 2 s, so that short tests have many. */
export const shortChunks: PartLimits = { points: 4096, spanMs: 2000, fewestPoints: 0 }

export interface Storing extends Partial<TrajectoryHeader> {
  readonly baseMs?: number
  readonly limits?: PartLimits
}

/** The records that a worker makes of frames. */
export function recordsOf(
  frames: readonly TrackFrame[],
  { baseMs: base = baseMs, limits = shortChunks, ...fields }: Storing = {}
): [TrajectoryHeadRecord, ...TrajectoryRecord[]] {
  const chunks: TrajectoryRecord[] = []
  const maker = new ChunkMaker({ header: { ...header, fps: 10, ...fields }, baseMs: base, limits }, chunk =>
    chunks.push(chunk)
  )
  for (const frame of frames) maker.add(frame)
  maker.flush()
  return [maker.head, ...chunks]
}

/** Puts frames into the store as its sink does. */
export async function keep(
  database: StoreDatabase,
  frames: readonly TrackFrame[],
  storing: Storing = {}
): Promise<readonly TrajectoryRecord[]> {
  const [head, ...chunks] = recordsOf(frames, storing)
  await database.sql.transaction().execute(async transaction => {
    await database.insertNew(transaction, 'trajectory_heads', [headRow(head)])
    await database.insertNew(transaction, 'trajectory_chunks', chunks.map(chunkRow))
  })
  return chunks
}
