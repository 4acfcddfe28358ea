import type { EventRecord, LogRecord, TrajectoryRecord } from '../../src/contract/record.ts'

/** The `n`th of numbered events: what is kept can be told from what is lost by its number. */
export function numberedEvent(n: number, stream = 'door', epoch = 1): EventRecord {
  const id = `${stream}/${epoch}/line.door@5f0c2a91/track-${n}/line-crossed/1`
  const box = { x: 0.25, y: 0.125, w: 0.0625, h: 0.5 }
  return {
    type: 'event',
    id,
    stream,
    epoch,
    atMs: 1_700_000_000_000 + n * 100,
    body: {
      version: 1,
      id,
      stream,
      epoch,
      frame: n,
      ptsMs: n * 100,
      kind: 'line-crossed',
      lineId: 'door',
      trackId: n,
      label: 'person',
      box,
      direction: n % 2 ? 'in' : 'out'
    }
  }
}

export function numberedEvents(from: number, to: number, stream = 'door', epoch = 1): EventRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => numberedEvent(from + index, stream, epoch))
}

/** A chunk of `size` bytes whose content follows from its number. */
export function numberedChunk(n: number, size = 1000, stream = 'door', epoch = 1): TrajectoryRecord {
  return {
    type: 'trajectory',
    id: `${stream}/${epoch}/${n}`,
    stream,
    epoch,
    atMs: 1_700_000_000_000 + n * 60_000,
    body: {
      minPtsMs: n * 60_000,
      maxPtsMs: n * 60_000 + 59_900,
      frames: 600,
      points: 1200,
      bounds: { x: 0, y: 0, w: 1, h: 1 }
    },
    bytes: Uint8Array.from({ length: size }, (_, index) => (index * 31 + n) & 0xff)
  }
}

/** Numbers of the events among records. */
export function numbersOf(records: readonly LogRecord[]): number[] {
  return records.flatMap(record => (record.type === 'event' ? record.body.frame : []))
}
