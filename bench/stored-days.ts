import type { TrajectoryRecord } from '../src/contract/record.ts'
import type { TrajectoryHeader } from '../src/contract/trajectory.ts'
import { TrackColumns } from '../src/core/columns.ts'
import { SeededRandom } from '../src/simulator/random.ts'
import type { StoreDatabase } from '../src/store/database.ts'
import { chunkRow, headRow } from '../src/store/log-sink-rows.ts'
import { ChunkMaker } from '../src/trajectories/chunk-maker.ts'

export const cameras = ['north', 'east', 'south', 'west'] as const
/** Wall time of the first frame. */
export const beginMs = Date.UTC(2026, 10, 1)
/** Between frames. */
const stepMs = 100
/** People that come into the picture in a second, on the whole. */
const arrivals = 0.1
/** Of people, the share that walks by a corner where nobody else comes near. */
const strays = 0.01

/** Where strays go. */
export const quietCorner = { x: 0.88, y: 0.02, w: 0.12, h: 0.2 }

const labels = ['person', 'car']
const chunksAtOnce = 500

/** What was stored. */
export interface StoredDays {
  readonly points: number
  readonly chunks: number
  /** Of the chunks' bytes. */
  readonly bytes: number
  /** Wall time after the last frame. */
  readonly endMs: number
}

interface Walker {
  readonly id: number
  readonly classId: number
  x: number
  readonly dx: number
  readonly lane: number
  readonly h: number
}

/** Fills the store with `points` points: people who cross the pictures of four cameras, day and night, the same every time. */
export async function layOutDays(database: StoreDatabase, points: number): Promise<StoredDays> {
  const random = new SeededRandom(11)
  const days = { points: 0, chunks: 0, bytes: 0, endMs: beginMs }
  for (const stream of cameras) {
    const wanted = (points * (cameras.indexOf(stream) + 1)) / cameras.length
    const header: TrajectoryHeader = { stream, epoch: 1, width: 1920, height: 1080, fps: 10, labels, wallTime: null }
    let made: TrajectoryRecord[] = []
    const maker = new ChunkMaker({ header, baseMs: beginMs }, chunk => {
      made.push(chunk)
      days.chunks++
      days.bytes += chunk.bytes.length
    })
    await keep(database, 'trajectory_heads', [headRow(maker.head)])
    const walkers: Walker[] = []
    const rows = new TrackColumns()
    let nextId = 1
    for (let frame = 0; days.points < wanted; frame++) {
      if (random.unit() < (arrivals * stepMs) / 1000) walkers.push(walker(random, nextId++))
      const ended: number[] = []
      rows.clear()
      for (let at = walkers.length - 1; at >= 0; at--) {
        const { id, classId, dx, lane, h } = walkers[at]!
        const x = (walkers[at]!.x += dx)
        if (x < -0.1 || x > 1.1) {
          ended.push(id)
          walkers.splice(at, 1)
        } else rows.pushTrack(id, true, shaken(random, x), shaken(random, lane), h / 3, h, score(random), classId)
      }
      days.points += rows.count
      const ptsMs = frame * stepMs
      days.endMs = Math.max(days.endMs, beginMs + ptsMs + 1)
      maker.add({ frame, ptsMs, outcome: 'analysed', rows, ended, labels })
      if (made.length < chunksAtOnce) continue
      await keep(database, 'trajectory_chunks', made.map(chunkRow))
      made = []
    }
    maker.flush()
    await keep(database, 'trajectory_chunks', made.map(chunkRow))
  }
  return days
}

async function keep<Table extends 'trajectory_heads' | 'trajectory_chunks'>(
  database: StoreDatabase,
  table: Table,
  rows: Parameters<typeof database.insertNew<Table>>[2]
): Promise<void> {
  await database.sql.transaction().execute(transaction => database.insertNew(transaction, table, rows))
}

/** Somebody at an edge of the picture, on the way to the other one: most in the lower half. */
function walker(random: SeededRandom, id: number): Walker {
  const isStray = random.unit() < strays
  const fromLeft = random.unit() < 0.5
  const dx = (random.between(0.02, 0.08) * stepMs) / 1000
  const h = isStray ? 0.08 : random.between(0.2, 0.35)
  return {
    id,
    classId: random.unit() < 0.9 ? 0 : 1,
    x: fromLeft ? -0.1 : 1.1,
    dx: fromLeft ? dx : -dx,
    lane: isStray ? 0.05 : random.between(0.3, 0.65),
    h
  }
}

/** A detector's boxes tremble by a pixel or two; trackers hand them over in quanta. */
function shaken(random: SeededRandom, value: number): number {
  return Math.round((value + random.between(-0.001, 0.001)) * 4096) / 4096
}

function score(random: SeededRandom): number {
  return Math.round(random.between(0.6, 0.95) * 1000) / 1000
}
