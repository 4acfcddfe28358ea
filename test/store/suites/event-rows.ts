import type { Insertable } from 'kysely'
import type { EventTable } from '../../../src/store/tables.ts'

/** 2026-11-21, 12:00 UTC. */
export const noonMs = Date.UTC(2026, 10, 21, 12)

/** Rows of events, one each 100 ms, numbered from `first`. */
export function eventRows(count: number, first = 1): Insertable<EventTable>[] {
  return Array.from({ length: count }, (_, index) => eventRow(first + index))
}

export function eventRow(number: number, changes: Partial<Insertable<EventTable>> = {}): Insertable<EventTable> {
  return {
    id: `door/1/line.door@1a2b3c4d/${number}/line-crossed/1`,
    stream: 'door',
    epoch: 1,
    kind: 'line-crossed',
    measure: 'line.door',
    track_id: number,
    label: 'person',
    at_ms: noonMs + number * 100,
    pts_ms: number * 100,
    frame: number,
    detail: '{"direction":"in"}',
    ...changes
  }
}
