import type { Event } from '../../src/contract/event.ts'
import type {
  EventRecord,
  LogRecord,
  LookRecord,
  SampleRecord,
  TrackRecord,
  TrajectoryHeadRecord,
  TrajectoryRecord
} from '../../src/contract/record.ts'
import type { LogBatch } from '../../src/events/sink.ts'

/** A minute's begin, long enough ago to be nobody's now. */
export const startMs = 1_700_000_040_000

export interface EventDetails {
  readonly stream?: string
  readonly epoch?: number
  /** Line that is crossed. */
  readonly line?: string
  readonly track?: number
  readonly label?: string
  readonly direction?: 'in' | 'out'
  readonly n?: number
  /** Since `startMs`. */
  readonly afterMs?: number
}

/** A track crosses a line. */
export function crossing(details: EventDetails = {}): EventRecord {
  const { stream = 'yard', epoch = 1, line = 'door', track = 1, label = 'person' } = details
  const { direction = 'in', n = 1, afterMs = 0 } = details
  const id = `${stream}/${epoch}/line.${line}@5f0c2a91/track-${track}/line-crossed/${n}`
  const box = { x: 0.25, y: 0.5, w: 0.125, h: 0.25 }
  const header = { version: 1, id, stream, epoch, frame: Math.floor(afterMs / 100), ptsMs: afterMs } as const
  const body: Event = { ...header, kind: 'line-crossed', lineId: line, trackId: track, label, box, direction }
  return { type: 'event', id, stream, epoch, atMs: startMs + afterMs, body }
}

/** A crowd forms in a zone: an event without track and label. */
export function crowd({ stream = 'yard', epoch = 1, n = 1, afterMs = 0 }: EventDetails = {}): EventRecord {
  const id = `${stream}/${epoch}/zone.hall@0a1b2c3d/zone/crowd-formed/${n}`
  const header = { version: 1, id, stream, epoch, frame: Math.floor(afterMs / 100), ptsMs: afterMs } as const
  const body: Event = { ...header, kind: 'crowd-formed', zoneId: 'hall', occupancy: 5 }
  return { type: 'event', id, stream, epoch, atMs: startMs + afterMs, body }
}

export function track({
  stream = 'yard',
  epoch = 1,
  track = 1,
  label = 'person',
  afterMs = 0
}: EventDetails = {}): TrackRecord {
  const box = { x: 0.25, y: 0.5, w: 0.125, h: 0.25 }
  return {
    type: 'track',
    id: `${stream}/${epoch}/${track}`,
    stream,
    epoch,
    atMs: startMs + afterMs,
    body: {
      trackId: track,
      label,
      score: 0.75,
      detections: 20,
      firstPtsMs: afterMs,
      lastPtsMs: afterMs + 4000,
      firstBox: box,
      lastBox: { ...box, x: 0.5 },
      bounds: { ...box, w: 0.375 },
      snapshot: null
    }
  }
}

/** What a track that lasted two seconds looked like. */
export function look({ stream = 'yard', track = 1, afterMs = 0 }: EventDetails = {}): LookRecord {
  const origin = { id: `${stream}/1/${track}`, stream, epoch: 1, atMs: startMs + afterMs }
  const times = { firstPtsMs: afterMs, lastPtsMs: afterMs + 2000 }
  return { type: 'look', ...origin, body: { trackId: track, label: 'person', model: 'm', ...times, look: 'AQID' } }
}

export function head({ stream = 'yard', epoch = 1 }: EventDetails = {}): TrajectoryHeadRecord {
  const body = { stream, epoch, width: 640, height: 360, fps: 10, labels: ['person'], wallTime: null }
  return { type: 'trajectory-head', id: `${stream}/${epoch}`, stream, epoch, atMs: startMs, body }
}

export function chunk({ stream = 'yard', epoch = 1, n = 1, afterMs = 0 }: EventDetails = {}): TrajectoryRecord {
  const bounds = { x: 0.25, y: 0.25, w: 0.5, h: 0.5 }
  return {
    type: 'trajectory',
    id: `${stream}/${epoch}/${n}`,
    stream,
    epoch,
    atMs: startMs + afterMs,
    body: { minPtsMs: afterMs, maxPtsMs: afterMs + 1000, frames: 10, points: 20, bounds },
    bytes: Uint8Array.from([1, 2, 3, n])
  }
}

/** `afterMs` begins a minute. */
export function sample({ stream = 'yard', epoch = 1, afterMs = 0 }: EventDetails = {}): SampleRecord {
  const atMs = startMs + afterMs
  const body = { measure: 'zone.hall', name: 'occupancy', count: 60, sum: 90.5, min: 0, max: 4 }
  return { type: 'sample', id: `${stream}/${epoch}/zone.hall/occupancy/${atMs / 60_000}`, stream, epoch, atMs, body }
}

/** Records as a log hands them over, from place `from` on. */
export function batch(records: readonly LogRecord[], { log = 'worker-1', from = 1 } = {}): LogBatch {
  return {
    log,
    records: records.map((record, index) => ({ seq: from + index, record })),
    nextSeq: from + records.length
  }
}
