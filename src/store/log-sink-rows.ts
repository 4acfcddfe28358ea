import type { Insertable } from 'kysely'
import type { Event } from '../contract/event.ts'
import type {
  EventRecord,
  LookRecord,
  SampleRecord,
  TrackRecord,
  TrajectoryHeadRecord,
  TrajectoryRecord
} from '../contract/record.ts'
import { crc32 } from '../trajectories/crc32.ts'
import type { Tables } from './tables.ts'

export type EventRow = Insertable<Tables['events']>

/** What of an event has columns of its own, or says nothing that they don't. */
const columnKeys = new Set(['version', 'id', 'stream', 'epoch', 'kind', 'frame', 'ptsMs', 'trackId', 'label'])

export function eventRow({ id, stream, epoch, atMs, body }: EventRecord): EventRow {
  const detail: Record<string, unknown> = {}
  for (const key in body) if (!columnKeys.has(key)) detail[key] = body[key as keyof typeof body]
  return {
    id,
    stream,
    epoch,
    kind: body.kind,
    measure: measureOf(id, stream, epoch),
    track_id: 'trackId' in body ? body.trackId : null,
    label: 'label' in body ? body.label : null,
    at_ms: atMs,
    pts_ms: body.ptsMs,
    frame: body.frame,
    detail: JSON.stringify(detail)
  }
}

/** The event that a row was made of. */
export function eventOf(row: Omit<EventRow, 'n'>): Event {
  const { track_id: trackId, label } = row
  return {
    version: 1,
    id: row.id,
    stream: row.stream,
    epoch: row.epoch,
    frame: row.frame,
    ptsMs: row.pts_ms,
    kind: row.kind,
    ...(trackId == null ? {} : { trackId }),
    ...(label == null ? {} : { label }),
    ...JSON.parse(row.detail)
  } as Event
}

export function trackRow({ stream, epoch, atMs, body }: TrackRecord): Insertable<Tables['tracks']> {
  const { trackId, label, score, detections, snapshot, bounds, ...detail } = body
  return {
    stream,
    epoch,
    track_id: trackId,
    label,
    score,
    detections,
    started_ms: atMs,
    ended_ms: atMs + body.lastPtsMs - body.firstPtsMs,
    ...corners(bounds),
    snapshot,
    detail: JSON.stringify({ ...detail, bounds })
  }
}

export function lookRow({ stream, epoch, atMs, body }: LookRecord): Insertable<Tables['track_looks']> {
  const { trackId, label, model, firstPtsMs, lastPtsMs, look } = body
  const times = { started_ms: atMs, ended_ms: atMs + lastPtsMs - firstPtsMs }
  return { stream, epoch, track_id: trackId, label, model, ...times, bytes: Buffer.from(look, 'base64') }
}

export function headRow({ stream, epoch, atMs, body }: TrajectoryHeadRecord): Insertable<Tables['trajectory_heads']> {
  return { stream, epoch, base_ms: atMs, header: JSON.stringify(body) }
}

export function chunkRow(record: TrajectoryRecord): Insertable<Tables['trajectory_chunks']> {
  const { id, stream, epoch, atMs, body, bytes } = record
  return {
    stream,
    epoch,
    chunk: chunkOf(id, stream, epoch)!,
    from_ms: atMs,
    to_ms: atMs + Math.ceil(body.maxPtsMs - body.minPtsMs),
    ...corners(body.bounds),
    frames: body.frames,
    points: body.points,
    checksum: crc32(bytes),
    bytes
  }
}

export function sampleRow({ stream, epoch, atMs, body }: SampleRecord): Insertable<Tables['measure_samples']> {
  const { measure, name, count, sum, min, max } = body
  return { stream, epoch, measure, name, minute_ms: atMs, count, sum, min, max }
}

/** `line.door` of `stream/epoch/line.door@version/…`; empty for what the tracker says. */
export function measureOf(id: string, stream: string, epoch: number): string {
  const from = stream.length + String(epoch).length + 2
  const end = id.indexOf('/', from)
  const name = id.slice(from, end < 0 ? undefined : end)
  const at = name.indexOf('@')
  return name.startsWith('tracker@') ? '' : at < 0 ? name : name.slice(0, at)
}

/** The number of a chunk, from its id. */
export function chunkOf(id: string, stream: string, epoch: number): number | undefined {
  const prefix = `${stream}/${epoch}/`
  const digits = id.startsWith(prefix) ? id.slice(prefix.length) : ''
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : undefined
}

function corners({ x, y, w, h }: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }) {
  return { min_x: x, min_y: y, max_x: x + w, max_y: y + h }
}
