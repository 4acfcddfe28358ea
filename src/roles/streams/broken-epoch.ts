import { type Event, eventId, eventVersion } from '../../contract/event.ts'
import type { LogRecord } from '../../contract/record.ts'
import type { BrokenEpochRow } from '../../store/broken-epochs.ts'

/**
 * What the end of an epoch would have said, for one whose worker crashed: its tracks are over, and so is the stream. Ids
 * are those that its own end would have given, so that saying it twice is saying it once.
 */
export function brokenEpochRecords({
  stream,
  epoch,
  baseMs,
  frame,
  ptsMs,
  tracks
}: BrokenEpochRow): readonly LogRecord[] {
  const record = (body: Event): LogRecord => ({
    type: 'event',
    id: body.id,
    stream,
    epoch,
    atMs: baseMs + body.ptsMs,
    body
  })
  const header = { version: eventVersion, stream, epoch } as const
  const ends = tracks.map(({ trackId, label, box, startedPtsMs }): Event => {
    const subject = `track-${trackId}`
    const id = eventId({ stream, epoch, measure: 'tracker@1', subject, kind: 'track-ended', n: 1 })
    const durationMs = Math.max(0, ptsMs - startedPtsMs)
    return { ...header, id, frame, ptsMs, kind: 'track-ended', trackId, label, box, reason: 'restart', durationMs }
  })
  const down: Event = {
    ...header,
    id: eventId({ stream, epoch, measure: 'stream@1', subject: 'stream', kind: 'stream-down', n: 1 }),
    frame,
    ptsMs,
    kind: 'stream-down',
    reason: 'SL_WORKER_CRASHED',
    message: `The process that hosted ${stream} ended without a word; another has taken it over.`
  }
  return [...ends, down].map(record)
}
