import { type Kysely, sql as statement } from 'kysely'
import type { Box } from '../../contract/geometry.ts'
import type { FrameOutcome } from '../../contract/track.ts'
import { type Page, type PageRequest, readPage } from '../page-cursor.ts'
import type { Tables } from '../tables.ts'
import { type Reading, type StoredFrame, storedFrames } from './stored-frames.ts'
import type { TrajectoryLimits, WallRange } from './stored-range.ts'

export interface FramePageRequest extends WallRange, PageRequest {
  readonly stream: string
  readonly epoch?: number
}

/** A frame on its own: what it has stays. */
export interface PlainFrame {
  readonly stream: string
  readonly epoch: number
  /** Wall time. */
  readonly atMs: number
  readonly frame: number
  readonly ptsMs: number
  readonly outcome: FrameOutcome
  readonly tracks: {
    readonly trackId: number
    readonly label: string
    readonly score: number
    /** False where it was carried or predicted. */
    readonly observed: boolean
    readonly box: Box
  }[]
}

/** The frames of a stream in the order of epochs, and within one as they came. */
export function framePage(
  sql: Kysely<Tables>,
  { limit, cursor, ...question }: FramePageRequest,
  limits: TrajectoryLimits,
  reading: Reading
): Promise<Page<PlainFrame>> {
  const { stream, epoch: only, fromMs, toMs } = question
  return readPage(
    { limit, cursor },
    {
      question: { list: 'frames', ...question },
      place: ['number', 'number'],
      placeOf: ({ epoch, atMs }) => [epoch, atMs],
      async rows(most, after) {
        const [begun, lastMs] = (after ?? [0, 0]) as readonly [number, number]
        const rows: PlainFrame[] = []
        for (const epoch of await epochsWithin(sql, stream, fromMs, toMs)) {
          if (epoch < begun || (only !== undefined && epoch !== only)) continue
          const range = { streams: [stream], epoch, fromMs: epoch === begun ? lastMs + 1 : fromMs, toMs }
          if (range.fromMs >= toMs) continue
          for await (const frame of storedFrames(sql, range, limits, reading)) {
            rows.push(plain(frame))
            if (rows.length === most) return rows
          }
        }
        return rows
      }
    }
  )
}

async function epochsWithin(sql: Kysely<Tables>, stream: string, fromMs: number, toMs: number): Promise<number[]> {
  const { rows } = await statement<{ epoch: number }>`
    select distinct epoch from trajectory_chunks
    where stream = ${stream} and from_ms < ${toMs} and to_ms >= ${fromMs} order by epoch`.execute(sql)
  return rows.map(({ epoch }) => epoch)
}

function plain({ head: { stream, epoch }, atMs, tracks }: StoredFrame): PlainFrame {
  const { frame, ptsMs, outcome, rows, labels } = tracks
  const list = Array.from({ length: rows.count }, (_, row) => {
    const [x, y, w, h] = rows.boxes.subarray(row * 4, row * 4 + 4)
    return {
      trackId: rows.trackIds[row]!,
      label: labels[rows.classIds[row]!] ?? '',
      score: rows.scores[row]!,
      observed: rows.observed[row] === 1,
      box: { x: x!, y: y!, w: w!, h: h! }
    }
  })
  return { stream, epoch, atMs, frame, ptsMs, outcome, tracks: list }
}
