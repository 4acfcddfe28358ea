import { type Event, eventId, eventVersion } from '../../contract/event.ts'
import type { LogRecord } from '../../contract/record.ts'
import type { BrokenEpochRow } from '../../store/broken-epochs.ts'

/**
 * What the end of an epoch would have said, for one whose worker crashed: its tracks are over and summed up, and the stream is
 * over. Ids are those that its own end would have given, so that saying it twice is saying it once.
 */
export function brokenEpochRecords({
  stream,
  epoch,
  baseMs,
  frame,
  ptsMs,
  tracks
}: BrokenEpochRow): readonly LogRecord[] {
  const origin = { stream, epoch } as const
  const event = (body: Event): LogRecord => ({
    type: 'event',
    id: body.id,
    ...origin,
    atMs: baseMs + body.ptsMs,
    body
  })
  const header = { version: eventVersion, ...origin } as const
  const rows = tracks
    .filter(({ isRowless }) => isRowless)
    .map(({ isOpen: _open, isRowless: _rowless, ...sum }): LogRecord => {
      const id = `${stream}/${epoch}/${sum.trackId}`
      return { type: 'track', id, ...origin, atMs: baseMs + sum.firstPtsMs, body: { ...sum, snapshot: null } }
    })
  const ends = tracks
    .filter(({ isOpen }) => isOpen)
    .map(({ trackId, label, lastBox: box, firstPtsMs, lastPtsMs }): Event => {
      const subject = `track-${trackId}`
      const id = eventId({ ...origin, measure: 'tracker@1', subject, kind: 'track-ended', n: 1 })
      const durationMs = Math.max(0, lastPtsMs - firstPtsMs)
      return { ...header, id, frame, ptsMs, kind: 'track-ended', trackId, label, box, reason: 'restart', durationMs }
    })
  const down: Event = {
    ...header,
    id: eventId({ ...origin, measure: 'stream@1', subject: 'stream', kind: 'stream-down', n: 1 }),
    frame,
    ptsMs,
    kind: 'stream-down',
    reason: 'SL_WORKER_CRASHED',
    message: `The process that hosted ${stream} ended without a word; another has taken it over.`
  }
  return [...rows, ...[...ends, down].map(event)]
}
